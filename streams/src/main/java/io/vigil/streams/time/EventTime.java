package io.vigil.streams.time;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Event time as a number: microseconds since 1970-01-01 UTC. */
public final class EventTime {

    private EventTime() {}

    public static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    public static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
