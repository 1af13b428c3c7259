package io.vigil.producers.capture;

import java.time.Duration;

/**
 * When a camera's stream is given up, and when it is tried again.
 *
 * @param stallTimeout a connection that gives no picture for so long is given up
 * @param firstRetry the wait after a first failure; it doubles with each further one
 * @param maxRetry the longest wait
 * @param healthyAfter a stream that lived so long makes its next failure a first one
 */
public record CaptureSettings(Duration stallTimeout, Duration firstRetry, Duration maxRetry, Duration healthyAfter) {

    /** Refuses what makes no sense with an {@link IllegalArgumentException} that starts with the key's name. */
    public CaptureSettings {
        require(stallTimeout.toMillis() >= 500, "stall-timeout must be at least 500 ms", stallTimeout);
        require(firstRetry.toMillis() >= 10, "retry.first must be at least 10 ms", firstRetry);
        require(maxRetry.compareTo(firstRetry) >= 0, "retry.max must be at least retry.first", maxRetry);
        require(healthyAfter.toMillis() >= 1, "retry.healthy-after must be at least 1 ms", healthyAfter);
    }

    private static void require(boolean holds, String rule, Duration actual) {
        if (!holds) {
            throw new IllegalArgumentException("%s: %d ms".formatted(rule, actual.toMillis()));
        }
    }
}
