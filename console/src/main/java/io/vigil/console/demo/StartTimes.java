package io.vigil.console.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * From when the time to a demo's first result counts.
 *
 * @param command when the command began
 * @param brokerUp when its broker took connections; topics, service and cameras came later
 */
record StartTimes(Instant command, Instant brokerUp) {

    private static final double NONE = -1;

    /** Seconds from the start of the command to the first result; -1 without one. */
    double secondsSinceCommand(Optional<Instant> firstResult) {
        return seconds(command, firstResult);
    }

    /** Seconds from the broker's readiness to the first result; -1 without one. */
    double secondsSinceBrokerUp(Optional<Instant> firstResult) {
        return seconds(brokerUp, firstResult);
    }

    private static double seconds(Instant begin, Optional<Instant> end) {
        return end.map(first -> Duration.between(begin, first).toNanos() / 1e9).orElse(NONE);
    }
}
