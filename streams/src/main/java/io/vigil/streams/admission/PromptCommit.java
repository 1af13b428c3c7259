package io.vigil.streams.admission;

import java.time.Duration;

/**
 * Which frames are committed as soon as they are analysed: those that did not wait, so that no other frame is there to share their
 * commit. Frames that did wait share one each commit interval (docs/adr/0004-exactly-once.md).
 *
 * <p>When something is committed never changes what is committed.
 *
 * @param within a frame that waited less is committed at once; zero: none is
 */
public record PromptCommit(Duration within) {

    public static final PromptCommit NEVER = new PromptCommit(Duration.ZERO);

    /**
     * Whether a frame is committed at once. Clocks differ a little, but a timestamp far ahead of ours tells nothing about a wait.
     *
     * @param timestamp of its record, milliseconds since the epoch
     * @param now when its turn comes, milliseconds since the epoch
     */
    boolean isDue(long timestamp, long now) {
        return Math.abs(now - timestamp) < within.toMillis();
    }
}
