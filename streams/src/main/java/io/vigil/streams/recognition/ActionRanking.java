package io.vigil.streams.recognition;

import io.vigil.streams.inference.InferenceException;
import java.nio.FloatBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What logits say about actions.
 *
 * @param labels in logit order
 * @param topK actions that are told
 */
record ActionRanking(List<String> labels, int topK) {

    /** The most probable actions, best first; of equal ones the earlier label. */
    List<Action> best(FloatBuffer logits) throws InferenceException {
        double[] probabilities = softmax(logits);
        return IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer label) -> -probabilities[label]))
                .limit(topK)
                .map(label -> new Action(labels.get(label), (float) probabilities[label]))
                .toList();
    }

    private static double[] softmax(FloatBuffer logits) throws InferenceException {
        double[] values = new double[logits.remaining()];
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < values.length; i++) {
            values[i] = logits.get(i);
            max = Math.max(max, values[i]);
        }
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.exp(values[i] - max);
            sum += values[i];
        }
        if (Double.isNaN(sum)) {
            throw new InferenceException("the recognizer's logits are not numbers");
        }
        for (int i = 0; i < values.length; i++) {
            values[i] /= sum;
        }
        return values;
    }
}
