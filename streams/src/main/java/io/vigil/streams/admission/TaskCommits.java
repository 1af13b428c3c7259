package io.vigil.streams.admission;

import java.time.Duration;

/**
 * Which frames of a task are committed as soon as they are done: those that hardly waited, so that no other frame is there to share
 * their commit, and the last of a backlog. The others share one with those that follow. For the thread of the task only.
 */
final class TaskCommits {

    private final Duration prompt;
    private boolean someAreHeld;

    TaskCommits(CommitPolicy policy) {
        this.prompt = policy.prompt();
    }

    /**
     * Whether a frame that is analysed is committed at once. Clocks differ a little, but a timestamp far ahead of ours tells nothing
     * about a wait.
     *
     * @param timestamp of its record, milliseconds since the epoch
     * @param now when its turn comes, milliseconds since the epoch
     * @param isLast whether no frame is known to follow
     */
    boolean isDueAfterAnalysis(long timestamp, long now, boolean isLast) {
        boolean due = !prompt.isZero() && (isLast || Math.abs(now - timestamp) < prompt.toMillis());
        someAreHeld = !due;
        return due;
    }

    /**
     * Whether a commit is due after a frame that is not analysed. Nobody waits for its own outcome, but maybe for those before it.
     *
     * @param isLast whether no frame is known to follow
     */
    boolean isDueAfterOther(boolean isLast) {
        boolean due = !prompt.isZero() && isLast && someAreHeld;
        someAreHeld &= !due;
        return due;
    }
}
