package io.vigil.console.web;

import java.util.OptionalDouble;

/**
 * What one camera does, as far as the topics tell.
 *
 * @param kind the state
 * @param reason the state in a sentence
 * @param ageMillis since its last frame was captured
 * @param framesPerSecond in the frames topic; empty while no frames are read
 * @param analysedPerSecond frames with a detections record
 * @param latencyMillis mean time from capture until the committed result is seen here; empty without results
 */
record CameraState(
        String camera,
        Kind kind,
        String reason,
        long ageMillis,
        OptionalDouble framesPerSecond,
        double analysedPerSecond,
        OptionalDouble latencyMillis) {

    /** The states a camera can be in. */
    enum Kind {
        /** Frames come and are analysed. */
        LIVE,
        /** Frames come and many are given up, because the service does not keep up. */
        SKIPPING,
        /** Its stream has just begun anew. */
        RECONNECTING,
        /** Frames come and none comes to an outcome, or frames are overdue. */
        STALLED,
        /** No frames come. */
        SILENT
    }
}
