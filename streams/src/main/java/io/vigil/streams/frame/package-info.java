/**
 * From the bytes of a record to pixels: checks that cost little come first, decoding last.
 *
 * <p>Read {@link io.vigil.streams.frame.FrameCheck}, then {@link io.vigil.streams.frame.FrameDecoder}, then
 * {@link io.vigil.streams.frame.InputFit}. OpenCV and FFmpeg are used here and nowhere else.
 */
@NullMarked
package io.vigil.streams.frame;

import org.jspecify.annotations.NullMarked;
