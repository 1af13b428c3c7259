package io.vigil.producers.capture;

/**
 * Picks frames so that at most {@code rate} per second remain, as evenly as their times allow.
 *
 * <p>A frame that comes up to a quarter of the interval early is taken, else a camera that jitters around the wanted
 * rate would lose every second frame. The schedule does not drift: being early once makes the next interval longer.
 */
final class FrameRateLimiter {

    private final double intervalMicros;
    private double due = Double.NEGATIVE_INFINITY;

    /**
     * A limiter.
     *
     * @param rate frames per second; 0 takes all
     */
    FrameRateLimiter(double rate) {
        this.intervalMicros = rate == 0 ? 0 : 1_000_000 / rate;
    }

    /** Whether the frame of this time is taken; times grow. */
    boolean take(long timeMicros) {
        if (timeMicros < due - intervalMicros / 4) {
            return false;
        }
        due = timeMicros > due + intervalMicros ? timeMicros + intervalMicros : due + intervalMicros;
        return true;
    }
}
