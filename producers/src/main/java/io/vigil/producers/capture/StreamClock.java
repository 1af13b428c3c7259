package io.vigil.producers.capture;

import io.vigil.producers.camera.Pacing;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * Gives the frames of one stream epoch their capture times: strictly growing, whatever the wall clock does.
 *
 * <p>In real time it is the wall clock at the grab. Unpaced it is the start plus the media time, so that reading faster
 * or slower changes nothing.
 */
final class StreamClock {

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

    /** The capture time of a picture grabbed just now, microseconds since 1970-01-01 UTC. */
    long captureTimeMicros(long mediaTimeMicros) {
        long time = pacing == Pacing.UNPACED ? startMicros + mediaTimeMicros : microsOf(clock.instant());
        last = Math.max(last + 1, time);
        return last;
    }

    static long microsOf(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
