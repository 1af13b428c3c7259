package io.vigil.streams.explain;

import io.vigil.schema.Frame;
import io.vigil.streams.time.EventTime;

/**
 * Which frame of its camera and epoch a frame is, and where its picture lies.
 *
 * @param sequence number within the epoch
 * @param captureTimeUs microseconds since 1970-01-01 UTC
 * @param offset of its record in the camera's partition of the frames topic
 */
public record LoggedFrame(long sequence, long captureTimeUs, long offset) {

    static LoggedFrame of(CameraLog.Logged<Frame> frame) {
        return new LoggedFrame(
                frame.value().getSequence(), EventTime.micros(frame.value().getCaptureTime()), frame.offset());
    }
}
