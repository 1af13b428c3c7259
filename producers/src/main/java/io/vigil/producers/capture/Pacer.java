package io.vigil.producers.capture;

import java.util.concurrent.TimeUnit;

/** Holds a reader back to the speed at which its source was recorded. Not thread-safe. */
final class Pacer {

    /** A reader further behind than this gives the lost time up instead of racing to catch up. */
    private static final long MAX_LAG_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** A gap longer than this is a jump of the source's clock, not a pause in what it shows. */
    private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private long startNanos;
    private boolean started;

    /** Returns when the picture of this media time is due. */
    void await(long mediaTimeMicros) throws InterruptedException {
        long now = System.nanoTime();
        long media = TimeUnit.MICROSECONDS.toNanos(mediaTimeMicros);
        long wait = startNanos + media - now;
        if (!started || wait < -MAX_LAG_NANOS || wait > MAX_WAIT_NANOS) {
            started = true;
            startNanos = now - media;
            return;
        }
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }
}
