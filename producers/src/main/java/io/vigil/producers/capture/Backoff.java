package io.vigil.producers.capture;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubling from {@code first} to {@code max}, each spread by up to a quarter
 * either way so that cameras which failed together do not return together. Not thread-safe.
 */
final class Backoff {

    private static final double JITTER = 0.25;

    private final Duration first;
    private final Duration max;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration max, RandomGenerator random) {
        this.first = first;
        this.max = max;
        this.random = random;
    }

    /** The wait after one more failure. */
    Duration next() {
        double factor = Math.pow(2, failures);
        failures++;
        return jittered(Math.min(first.toNanos() * factor, max.toNanos()));
    }

    /** The longest wait, for failures that quick attempts would make worse. */
    Duration longest() {
        failures++;
        return jittered(max.toNanos());
    }

    void reset() {
        failures = 0;
    }

    int failures() {
        return failures;
    }

    private Duration jittered(double nanos) {
        return Duration.ofNanos((long) (nanos * (1 + random.nextDouble(-JITTER, JITTER))));
    }
}
