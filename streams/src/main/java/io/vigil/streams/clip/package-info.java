/**
 * The clip of each camera: frames sampled by time, and the recognition of what happens in them.
 *
 * <p>Read {@link io.vigil.streams.clip.ClipWindow} (plain Java: which frames make a clip, and when one is due), then
 * {@link io.vigil.streams.clip.RecognitionProcessor}.
 */
@NullMarked
package io.vigil.streams.clip;

import org.jspecify.annotations.NullMarked;
