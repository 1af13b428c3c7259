package io.vigil.producers.capture;

import io.vigil.producers.camera.Pacing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * Gives the frames of one stream epoch their capture times: strictly growing.
 *
 * <p>In real time it is the wall clock at the grab; an epoch ends where that is set back by more than {@link #TOLERATED}. Unpaced it
 * is the start plus the media time, so that reading faster or slower changes nothing.
 */
final class StreamClock {

    /** Backward steps up to this are bridged with times a microsecond apart. */
    static final Duration TOLERATED = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final Pacing pacing;
    private final long startMicros;
    private long last = Long.MIN_VALUE;

    /**
     * The clock of one epoch.
     *
     * @param startMicros when it began, microseconds since 1970-01-01 UTC
     */
    StreamClock(InstantSource clock, Pacing pacing, long startMicros) {
        this.clock = clock;
        this.pacing = pacing;
        this.startMicros = startMicros;
    }

    /**
     * The capture time of a picture grabbed just now, microseconds since 1970-01-01 UTC.
     *
     * @throws SourceException if the wall clock was set back so far that times would stand still
     */
    long captureTimeMicros(long mediaTimeMicros) throws SourceException {
        long time = pacing == Pacing.UNPACED ? startMicros + mediaTimeMicros : wallClock();
        last = Math.max(last + 1, time);
        return last;
    }

    private long wallClock() throws SourceException {
        long now = microsOf(clock.instant());
        Duration back = last == Long.MIN_VALUE ? Duration.ZERO : Duration.of(last - now, ChronoUnit.MICROS);
        if (back.compareTo(TOLERATED) > 0) {
            throw new SourceException(
                    SourceException.Kind.TEMPORARY,
                    "the clock of this host was set back by %d s".formatted(back.toSeconds()));
        }
        return now;
    }

    static long microsOf(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
