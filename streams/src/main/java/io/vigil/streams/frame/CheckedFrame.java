package io.vigil.streams.frame;

import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.Origin;

/**
 * A frame whose record is sound, with the record it came in.
 *
 * @param frame as read from the record
 * @param stamp which frame of its camera it is
 * @param origin the record, for the dead letter it may still become
 */
public record CheckedFrame(Frame frame, FrameStamp stamp, Origin origin) {

    public String camera() {
        return frame.getCameraId();
    }
}
