package io.vigil.streams.admission;

/**
 * After which frames a stream thread asks for a commit, which is one of all its partitions: after each that did not wait, so that no other
 * is there to share it; after some time of others, the longer they waited the later; and when nothing is left. For the thread only.
 */
final class ThreadCommits {

    private final CommitPolicy policy;
    private long last;
    private boolean someAreHeld;

    ThreadCommits(CommitPolicy policy) {
        this.policy = policy;
    }

    /**
     * Whether a commit is due after a frame that was analysed. Clocks differ a little, but a timestamp far ahead of ours tells nothing
     * about a wait.
     *
     * @param waited from its timestamp until its turn came, milliseconds
     * @param now milliseconds since the epoch
     * @param isLast whether nothing else is known that waits for this thread
     */
    boolean isDueAfterAnalysis(long waited, long now, boolean isLast) {
        someAreHeld = true;
        return asks(isLast || now - last >= policy.sharedMillis(Math.abs(waited)), now);
    }

    /**
     * Whether a commit is due after a frame that was not analysed. Nobody waits for its own outcome, but maybe for those before it.
     *
     * @param now milliseconds since the epoch
     * @param isLast whether nothing else is known that waits for this thread
     */
    boolean isDueAfterOther(long now, boolean isLast) {
        return asks(isLast && someAreHeld, now);
    }

    private boolean asks(boolean wanted, long now) {
        if (!wanted || policy.interval().isZero()) {
            return false;
        }
        last = now;
        someAreHeld = false;
        return true;
    }
}
