package io.vigil.streams.frame.h264;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.FrameInstant;
import java.util.Optional;

/**
 * The place of an H.264 frame in its group.
 *
 * @param epoch stream epoch
 * @param start sequence of the IDR frame that the group starts with
 * @param sequence of the frame
 */
public record GroupPosition(long epoch, long start, long sequence) {

    /** The place of a frame; empty for one that is decoded by itself. */
    public static Optional<GroupPosition> of(Frame frame) {
        FrameInstant start = frame.getGroupStart();
        return frame.getEncoding() != FrameEncoding.H264 || start == null
                ? Optional.empty()
                : Optional.of(new GroupPosition(frame.getEpoch(), start.getSequence(), frame.getSequence()));
    }

    /** Whether decoding can begin here. */
    public boolean isStart() {
        return sequence == start;
    }

    public boolean isInGroupOf(GroupPosition other) {
        return epoch == other.epoch && start == other.start;
    }

    /** Whether a decoder that is here can go on with the frame at {@code next}. */
    public boolean isFollowedBy(GroupPosition next) {
        return next.isInGroupOf(this) && next.sequence == sequence + 1;
    }
}
