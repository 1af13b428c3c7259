package io.vigil.streams.explain;

import io.vigil.streams.recognition.Action;
import io.vigil.streams.recognition.ActionExplanation;
import java.util.List;

/**
 * Why an action was seen in a clip.
 *
 * @param camera whose clip it is
 * @param epoch of all its frames
 * @param startTimeUs capture time of the first frame, microseconds since 1970-01-01 UTC
 * @param endTimeUs capture time of the last frame, microseconds since 1970-01-01 UTC
 * @param modelName of the model package
 * @param modelVersion of the model package
 * @param actions all labels with their probabilities as found again, best first
 * @param frames of the clip, oldest first
 * @param blocks what the temporal modules did, in the order in which data passes them
 */
public record ExplainedAction(
        String camera,
        long epoch,
        long startTimeUs,
        long endTimeUs,
        String modelName,
        String modelVersion,
        List<Action> actions,
        List<LoggedFrame> frames,
        List<ActionExplanation.Block> blocks) {

    public ExplainedAction {
        actions = List.copyOf(actions);
        frames = List.copyOf(frames);
        blocks = List.copyOf(blocks);
    }
}
