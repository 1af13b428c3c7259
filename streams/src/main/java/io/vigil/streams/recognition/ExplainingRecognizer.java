package io.vigil.streams.recognition;

import static io.vigil.streams.recognition.RecognitionModel.IMPORTANCE_PREFIX;
import static io.vigil.streams.recognition.RecognitionModel.KERNEL_PREFIX;

import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Outputs;
import io.vigil.streams.inference.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Names the action in a clip and says why.
 *
 * <p>Not thread-safe; the model, which was loaded to explain, stays its owner's.
 */
public final class ExplainingRecognizer implements AutoCloseable {

    private final RecognitionModel model;
    private final TamRecognizer recognizer;

    public ExplainingRecognizer(RecognitionModel model) {
        this.model = model;
        this.recognizer = new TamRecognizer(model, model.manifest().labels().size());
    }

    /** A picture as the recognizer sees it. */
    public ClipFrame frame(Picture picture) {
        return recognizer.frame(picture);
    }

    /**
     * Looks at a clip once more.
     *
     * @param clip T frames of one size, oldest first
     */
    public ActionExplanation explain(List<ClipFrame> clip) throws InferenceException {
        return recognizer.run(
                model.explain(),
                clip,
                outputs -> new ActionExplanation(
                        recognizer.best(outputs),
                        model.blocks().stream()
                                .map(name -> block(name, outputs))
                                .toList()));
    }

    @Override
    public void close() {
        recognizer.close();
    }

    private static ActionExplanation.Block block(String name, Outputs outputs) {
        List<List<Float>> kernels = channels(outputs.get(KERNEL_PREFIX + name));
        return new ActionExplanation.Block(
                name, mean(channels(outputs.get(IMPORTANCE_PREFIX + name))), mean(kernels), kernels);
    }

    /** The rows of {@code [1, C, n]}. */
    private static List<List<Float>> channels(Tensor tensor) {
        int length = (int) tensor.shape()[2];
        FloatBuffer values = tensor.floats();
        List<List<Float>> rows = new ArrayList<>();
        while (values.hasRemaining()) {
            List<Float> row = new ArrayList<>();
            for (int i = 0; i < length; i++) {
                row.add(values.get());
            }
            rows.add(List.copyOf(row));
        }
        return rows;
    }

    private static List<Float> mean(List<List<Float>> rows) {
        List<Float> means = new ArrayList<>();
        for (int i = 0; i < rows.get(0).size(); i++) {
            int column = i;
            means.add((float)
                    rows.stream().mapToDouble(row -> row.get(column)).average().orElseThrow());
        }
        return means;
    }
}
