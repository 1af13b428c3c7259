/**
 * What the bytes of an H.264 frame say about themselves, read without decoding them (ITU-T H.264).
 *
 * <p>Read {@link io.vigil.schema.h264.AccessUnit} first. Capture sorts access units by it, the service checks them.
 */
@NullMarked
package io.vigil.schema.h264;

import org.jspecify.annotations.NullMarked;
