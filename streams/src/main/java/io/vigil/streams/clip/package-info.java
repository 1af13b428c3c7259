/**
 * The clip of each camera: frames sampled by time, and the recognition of what happens in them.
 *
 * <p>Read {@link io.vigil.streams.clip.ClipWindow} (plain Java: which frames make a clip, and when one is due), then
 * {@link io.vigil.streams.clip.RecognitionProcessor}, then the two ways to find the actions of a clip:
 * {@link io.vigil.streams.clip.WindowedRecognition}, {@link io.vigil.streams.clip.StreamingRecognition}.
 */
@NullMarked
package io.vigil.streams.clip;

import org.jspecify.annotations.NullMarked;
