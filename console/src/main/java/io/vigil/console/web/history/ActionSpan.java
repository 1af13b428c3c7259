package io.vigil.console.web.history;

import java.time.Instant;

/**
 * One action, as the clips that follow each other tell it.
 *
 * @param start capture time of the first clip's first frame
 * @param end capture time of the last clip's last frame
 * @param score the best one of its clips, 0 to 1
 */
record ActionSpan(Instant start, Instant end, String label, float score) {

    /** Longer by a later one. */
    ActionSpan with(ActionSpan later) {
        return new ActionSpan(start, later.end, label, Math.max(score, later.score));
    }
}
