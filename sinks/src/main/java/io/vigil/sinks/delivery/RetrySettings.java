package io.vigil.sinks.delivery;

import java.time.Duration;
import java.util.Optional;

/**
 * How long and how often a delivery is tried.
 *
 * @param first wait after the first failure; it doubles with each further one, and is jittered by a quarter
 * @param max the longest wait
 * @param giveUpAfter an event that could not be delivered for so long is given up; empty: never
 */
public record RetrySettings(Duration first, Duration max, Optional<Duration> giveUpAfter) {

    public RetrySettings {
        if (first.isNegative() || first.isZero() || max.compareTo(first) <= 0) {
            throw new IllegalArgumentException(
                    "retry.first must be positive and less than retry.max: %s, %s".formatted(first, max));
        }
    }
}
