package io.vigil.streams.recognition;

import java.util.List;

/**
 * Why an action was seen.
 *
 * @param actions all labels with their probabilities, best first
 * @param blocks the temporal modules, in the order in which data passes them
 */
public record ActionExplanation(List<Action> actions, List<Block> blocks) {

    /**
     * What one Temporal Adaptive Module did.
     *
     * @param name of its block
     * @param importance of every frame, oldest first, mean over the channels, each between 0 and 1
     * @param kernel weights of previous, current and next frame, mean over the channels; they sum to 1
     * @param kernels the same for every channel
     */
    public record Block(String name, List<Float> importance, List<Float> kernel, List<List<Float>> kernels) {

        public Block {
            importance = List.copyOf(importance);
            kernel = List.copyOf(kernel);
            kernels = List.copyOf(kernels);
        }
    }

    public ActionExplanation {
        actions = List.copyOf(actions);
        blocks = List.copyOf(blocks);
    }
}
