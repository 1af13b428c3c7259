package io.vigil.console.export;

import java.time.Duration;
import java.time.Instant;

/**
 * A span of event time, {@code [from, to)}.
 *
 * @param from its first instant
 * @param to the first instant after it
 */
public record TimeSpan(Instant from, Instant to) {

    /** Refuses a span without an instant in it. */
    public TimeSpan {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("--from %s is not before --to %s".formatted(from, to));
        }
    }

    /** The same span with so much more before it. */
    TimeSpan withLead(Duration lead) {
        return from.isBefore(Instant.EPOCH.plus(lead)) ? this : new TimeSpan(from.minus(lead), to);
    }

    /** Whether a record's timestamp, milliseconds since 1970-01-01 UTC, lies in it. */
    boolean contains(long timestamp) {
        Instant time = Instant.ofEpochMilli(timestamp);
        return !time.isBefore(from) && time.isBefore(to);
    }
}
