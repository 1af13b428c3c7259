package io.vigil.streams.admission;

import java.time.Duration;

/**
 * When results are committed (docs/adr/0004-exactly-once.md). When something is committed never changes what is committed.
 *
 * @param interval a frame that waited less for its turn is committed at once, others share a commit for so long at least; zero: none is
 *     committed by its wait
 * @param longest after so long Kafka Streams commits what has not been committed yet
 */
public record CommitPolicy(Duration interval, Duration longest) {

    /** The frames of a long backlog share a commit for so many intervals. */
    private static final int SHARED_INTERVALS = 10;

    /** Longer intervals than this are not stretched, shorter ones to this at most: nothing is left to save. */
    private static final Duration LONGEST_SHARED = Duration.ofSeconds(1);

    /** By so much of its wait, at most, a frame becomes later by sharing a commit. */
    private static final double SHARE_OF_WAIT = 0.4;

    /**
     * Results are visible when they are committed, so nobody waits longer than has to.
     *
     * @param interval as configured
     */
    public static CommitPolicy exactlyOnce(Duration interval) {
        return new CommitPolicy(
                interval, longer(interval, shorter(interval.multipliedBy(SHARED_INTERVALS), LONGEST_SHARED)));
    }

    /**
     * Results are visible before they are committed: there is nothing to hurry for.
     *
     * @param interval as configured
     */
    public static CommitPolicy atLeastOnce(Duration interval) {
        return new CommitPolicy(Duration.ZERO, interval);
    }

    /**
     * For how long frames share a commit.
     *
     * @param waited how long one of them did for its turn, milliseconds
     * @return milliseconds
     */
    long sharedMillis(long waited) {
        return waited < interval.toMillis() ? 0 : Math.max(interval.toMillis(), Math.round(SHARE_OF_WAIT * waited));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
