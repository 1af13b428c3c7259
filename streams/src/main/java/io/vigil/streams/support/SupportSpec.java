package io.vigil.streams.support;

import io.vigil.streams.time.Slots;

/**
 * Which frames support a key frame.
 *
 * @param slots event time is cut into these; the first analysed frame of one is its support frame
 * @param capacity slots in the window, the current one included
 */
public record SupportSpec(Slots slots, int capacity) {

    public SupportSpec {
        if (capacity < 1) {
            throw new IllegalArgumentException("a window needs at least one slot: %d".formatted(capacity));
        }
    }
}
