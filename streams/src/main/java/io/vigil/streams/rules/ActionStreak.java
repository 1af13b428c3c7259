package io.vigil.streams.rules;

import io.vigil.schema.FrameReference;

/**
 * An action that is seen in clip after clip.
 *
 * @param rule name
 * @param label of the action
 * @param startMicros capture time of the first frame of the first clip
 * @param endMicros capture time of the last frame of the last clip
 * @param bestScore probability
 * @param told whether it has been seen for long enough
 * @param last the last frame of the last clip
 */
record ActionStreak(
        String rule,
        String label,
        long startMicros,
        long endMicros,
        float bestScore,
        boolean told,
        FrameReference last) {

    ActionStreak continued(long nextEndMicros, float score, FrameReference frame) {
        return new ActionStreak(rule, label, startMicros, nextEndMicros, Math.max(bestScore, score), told, frame);
    }

    ActionStreak asTold() {
        return new ActionStreak(rule, label, startMicros, endMicros, bestScore, true, last);
    }
}
