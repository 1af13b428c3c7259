package io.vigil.console.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast and how late a camera's results have come in the last seconds. Not thread-safe. */
final class CameraVitals {

    private static final Duration SPAN = Duration.ofSeconds(3);

    private final Deque<Arrival> arrivals = new ArrayDeque<>();

    void add(Instant seen, Duration latency) {
        arrivals.addLast(new Arrival(seen, latency));
        while (arrivals.getFirst().seen().isBefore(seen.minus(SPAN))) {
            arrivals.removeFirst();
        }
    }

    /** Results per second; 0 until there are two. */
    double framesPerSecond() {
        if (arrivals.size() < 2) {
            return 0;
        }
        long nanos = Duration.between(
                        arrivals.getFirst().seen(), arrivals.getLast().seen())
                .toNanos();
        return nanos == 0 ? 0 : (arrivals.size() - 1) * 1e9 / nanos;
    }

    /** Mean time from capture to result, milliseconds. */
    double latencyMs() {
        return arrivals.stream()
                .mapToLong(arrival -> arrival.latency().toMillis())
                .average()
                .orElse(0);
    }

    private record Arrival(Instant seen, Duration latency) {}
}
