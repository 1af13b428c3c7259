package io.vigil.streams.recognition;

import io.vigil.streams.frame.Fitted;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.frame.PictureFitter;
import io.vigil.streams.inference.DirectMemory;
import io.vigil.streams.inference.ElementType;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.OnnxGraph;
import io.vigil.streams.inference.Outputs;
import io.vigil.streams.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Temporal Adaptive Module: names the action in a clip.
 *
 * <p>Holds the memory of one clip, so each thread has its own; the model is shared and stays its owner's.
 */
public final class TamRecognizer implements AutoCloseable {

    /** Makes something of the outputs of a graph, which it does not keep. */
    @FunctionalInterface
    interface Reading<R> {
        R read(Outputs outputs) throws InferenceException;
    }

    private final RecognitionModel model;
    private final ActionRanking ranking;
    private final PictureFitter fitter;
    private final DirectMemory memory = new DirectMemory();

    /**
     * @param topK labels per clip
     */
    public TamRecognizer(RecognitionModel model, int topK) {
        this.model = model;
        this.ranking = new ActionRanking(model.manifest().labels(), topK);
        this.fitter = new PictureFitter(model.input());
    }

    /** A picture as the recognizer sees it. */
    public ClipFrame frame(Picture picture) {
        Fitted fitted = fitter.fit(picture);
        ByteBuffer target = memory.of(fitted.bytes());
        fitter.write(picture, fitted, target);
        byte[] pixels = new byte[fitted.bytes()];
        target.get(pixels);
        return new ClipFrame(fitted.width(), fitted.height(), pixels);
    }

    /**
     * The most probable actions, best first; of equal ones the earlier label.
     *
     * @param clip T frames of one size, oldest first
     */
    public List<Action> recognize(List<ClipFrame> clip) throws InferenceException {
        return run(model.recognize(), clip, this::best);
    }

    @Override
    public void close() {
        fitter.close();
    }

    /** Runs a graph over a clip; {@code reading} gets what it said, valid while it reads. */
    <R> R run(OnnxGraph graph, List<ClipFrame> clip, Reading<R> reading) throws InferenceException {
        ClipFrame first = clip.get(0);
        ByteBuffer target = memory.of(Math.multiplyExact(clip.size(), first.pixels().length));
        clip.forEach(frame -> target.put(frame.pixels()));
        try (Tensor tensor = Tensor.over(
                        target.flip(), ElementType.UINT8, 1, clip.size(), first.height(), first.width(), 3);
                Outputs outputs = graph.run(Map.of(RecognitionModel.CLIP, tensor))) {
            return reading.read(outputs);
        }
    }

    /** The best actions by the logits among the outputs. */
    List<Action> best(Outputs outputs) throws InferenceException {
        return ranking.best(outputs.get(RecognitionModel.LOGITS).floats());
    }
}
