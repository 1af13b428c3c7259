package io.vigil.streams.frame;

import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.streams.time.EventTime;

/**
 * Which frame of its camera a frame is: all that windows and admission need to know of it.
 *
 * @param epoch stream epoch
 * @param sequence number within the epoch, from 0
 * @param timeMicros event time: capture time, microseconds since 1970-01-01 UTC, never negative
 * @param width of the picture, pixels
 * @param height of the picture, pixels
 */
public record FrameStamp(long epoch, long sequence, long timeMicros, int width, int height) {

    public static FrameStamp of(Frame frame) {
        return new FrameStamp(
                frame.getEpoch(),
                frame.getSequence(),
                EventTime.micros(frame.getCaptureTime()),
                frame.getWidth(),
                frame.getHeight());
    }

    /** Of the frame that was looked at. */
    public static FrameStamp of(Detections detections) {
        return new FrameStamp(
                detections.getEpoch(),
                detections.getSequence(),
                EventTime.micros(detections.getCaptureTime()),
                detections.getWidth(),
                detections.getHeight());
    }

    /** Whether both frames can stand in one window: same stream epoch, same picture size. */
    public boolean continues(FrameStamp earlier) {
        return epoch == earlier.epoch && width == earlier.width && height == earlier.height;
    }
}
