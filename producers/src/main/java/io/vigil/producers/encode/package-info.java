/**
 * Pictures as they go to the topic: JPEG, or the H.264 of the camera.
 *
 * <p>Read {@link io.vigil.producers.encode.JpegEncoder}; {@link io.vigil.producers.encode.JpegHeader} is for pictures
 * that were JPEG when they came and stay as they are.
 */
@NullMarked
package io.vigil.producers.encode;

import org.jspecify.annotations.NullMarked;
