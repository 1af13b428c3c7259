package io.vigil.producers.capture;

import io.vigil.schema.topic.CameraId;

/**
 * The place of a captured frame.
 *
 * @param camera its camera
 * @param epoch of the camera's stream
 * @param sequence number within the epoch, from 0
 * @param captureTimeMicros microseconds since 1970-01-01 UTC
 */
public record FrameStamp(CameraId camera, long epoch, long sequence, long captureTimeMicros) {}
