package io.vigil.streams.frame;

import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.Origin;

/**
 * A frame whose record is sound, with the record it came in.
 *
 * @param frame as read from the record, or with its picture in another encoding
 * @param stamp which frame of its camera it is
 * @param origin the record, for the dead letter it may still become
 */
public record CheckedFrame(Frame frame, FrameStamp stamp, Origin origin) {

    /** The same frame with its picture in another encoding. */
    public CheckedFrame with(Frame encodedOtherwise) {
        return new CheckedFrame(encodedOtherwise, stamp, origin);
    }

    public String camera() {
        return frame.getCameraId();
    }
}
