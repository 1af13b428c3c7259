/**
 * H.264 frames, whose pictures need those before them (docs/adr/0018-h264-as-it-is.md).
 *
 * <p>A <em>group</em> is an IDR frame and the frames after it, up to the next. Read {@link
 * io.vigil.streams.frame.h264.GroupDecoder} first, which decodes a camera's group frame by frame; {@link
 * io.vigil.streams.frame.h264.FramePlayer} is for those who read frames beside the topology.
 */
@NullMarked
package io.vigil.streams.frame.h264;

import org.jspecify.annotations.NullMarked;
