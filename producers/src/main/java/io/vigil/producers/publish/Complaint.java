package io.vigil.producers.publish;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Keeps a repeated complaint from filling the log: due at first, then at most twice a minute. Thread-safe. */
public final class Complaint {

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);

    private long last;
    private long count;

    /** Notes that the condition was met once more; whether to say so. */
    public synchronized boolean isDue() {
        long now = System.nanoTime();
        boolean due = count++ == 0 || now - last >= INTERVAL_NANOS;
        if (due) {
            last = now;
        }
        return due;
    }

    /** Ends the condition; how often it was met since it began, if it had. */
    public synchronized OptionalLong over() {
        OptionalLong met = count == 0 ? OptionalLong.empty() : OptionalLong.of(count);
        count = 0;
        return met;
    }
}
