package io.vigil.streams.rules;

import io.vigil.schema.Box;
import io.vigil.schema.FrameReference;

/**
 * An object in a frame.
 *
 * @param timeMicros capture time, microseconds since 1970-01-01 UTC
 * @param frame the frame
 * @param box the object in it, with its track
 */
record Sighting(long timeMicros, FrameReference frame, Box box) {}
