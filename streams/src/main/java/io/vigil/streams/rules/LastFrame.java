package io.vigil.streams.rules;

import io.vigil.schema.FrameReference;

/**
 * The last frame that a camera gave.
 *
 * @param timeMicros capture time, microseconds since 1970-01-01 UTC
 * @param frame which it is
 * @param told whether it has been told that the camera is silent since
 */
record LastFrame(long timeMicros, FrameReference frame, boolean told) {

    LastFrame asTold() {
        return new LastFrame(timeMicros, frame, true);
    }
}
