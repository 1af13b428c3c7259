package io.vigil.streams.app;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/** So many restarts in so long a time, and no more. Thread-safe. */
final class RestartBudget {

    private final int limit;
    private final Duration window;
    private final InstantSource clock;
    private final Deque<Instant> taken = new ArrayDeque<>();

    /**
     * @param limit restarts within {@code window}
     */
    RestartBudget(int limit, Duration window, InstantSource clock) {
        this.limit = limit;
        this.window = window;
        this.clock = clock;
    }

    /** Takes a restart; false if all have been taken within the last window. */
    synchronized boolean take() {
        Instant now = clock.instant();
        while (!taken.isEmpty() && !taken.getFirst().isAfter(now.minus(window))) {
            taken.removeFirst();
        }
        if (taken.size() == limit) {
            return false;
        }
        taken.addLast(now);
        return true;
    }

    @Override
    public String toString() {
        return "%d in %d minutes".formatted(limit, window.toMinutes());
    }
}
