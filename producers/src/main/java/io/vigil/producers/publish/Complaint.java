package io.vigil.producers.publish;

import java.time.Duration;
import java.util.OptionalLong;

/** Keeps a repeated complaint from filling the log: due at first, then at most once per interval. Thread-safe. */
final class Complaint {

    private final long intervalNanos;
    private long last;
    private long count;

    Complaint(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    synchronized boolean isDue() {
        long now = System.nanoTime();
        boolean due = count++ == 0 || now - last >= intervalNanos;
        if (due) {
            last = now;
        }
        return due;
    }

    /** Ends the condition; how often it was met since it began, if it had. */
    synchronized OptionalLong over() {
        OptionalLong met = count == 0 ? OptionalLong.empty() : OptionalLong.of(count);
        count = 0;
        return met;
    }
}
