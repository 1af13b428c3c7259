package io.vigil.streams.admission;

import java.time.Duration;

/**
 * When results are committed (docs/adr/0004-exactly-once.md). When something is committed never changes what is committed.
 *
 * @param interval a frame that waited less for its turn is committed at once; zero: none is
 * @param backlog frames that waited less share a commit for one interval, others until the longest is over
 * @param longest after so long Kafka Streams commits what has not been committed yet
 */
public record CommitPolicy(Duration interval, Duration backlog, Duration longest) {

    /** A frame that waited for so long belongs to a backlog: its results are late anyway. */
    private static final int BACKLOG_INTERVALS = 3;

    /** The frames of a backlog share a commit for so long. */
    private static final int SHARED_INTERVALS = 4;

    /** Longer intervals than this are not stretched, shorter ones to this at most: nothing is left to save. */
    private static final Duration LONGEST_SHARED = Duration.ofSeconds(1);

    /**
     * Results are visible when they are committed, so nobody waits longer than has to.
     *
     * @param interval as configured
     */
    public static CommitPolicy exactlyOnce(Duration interval) {
        return new CommitPolicy(
                interval,
                interval.multipliedBy(BACKLOG_INTERVALS),
                longer(interval, shorter(interval.multipliedBy(SHARED_INTERVALS), LONGEST_SHARED)));
    }

    /**
     * Results are visible before they are committed: there is nothing to hurry for.
     *
     * @param interval as configured
     */
    public static CommitPolicy atLeastOnce(Duration interval) {
        return new CommitPolicy(Duration.ZERO, Duration.ZERO, interval);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
