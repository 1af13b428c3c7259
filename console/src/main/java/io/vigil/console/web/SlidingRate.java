package io.vigil.console.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** How often something happened in the last seconds. Not thread-safe. */
public final class SlidingRate {

    private final Duration span;
    private final Deque<Instant> times = new ArrayDeque<>();

    /**
     * Of nothing so far.
     *
     * @param span over which it is measured
     */
    public SlidingRate(Duration span) {
        this.span = span;
    }

    /** It happened; {@code now} does not go back. */
    public void add(Instant now) {
        times.addLast(now);
        forget(now);
    }

    /** How often in the span before {@code now}. */
    public int count(Instant now) {
        forget(now);
        return times.size();
    }

    /** Times per second since the first one in the span; 0 if there are not two. */
    public double perSecond(Instant now) {
        forget(now);
        if (times.size() < 2) {
            return 0;
        }
        long nanos = Duration.between(times.getFirst(), now).toNanos();
        return nanos <= 0 ? 0 : times.size() * 1e9 / nanos;
    }

    private void forget(Instant now) {
        Instant oldest = now.minus(span);
        while (!times.isEmpty() && times.getFirst().isBefore(oldest)) {
            times.removeFirst();
        }
    }
}
