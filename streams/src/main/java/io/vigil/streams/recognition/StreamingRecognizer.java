package io.vigil.streams.recognition;

import io.vigil.streams.frame.Fitted;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.frame.PictureFitter;
import io.vigil.streams.inference.DirectMemory;
import io.vigil.streams.inference.ElementType;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.OnnxGraph;
import io.vigil.streams.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A causal Temporal Adaptive Module, stepped from frame to frame: every frame of a camera is computed once.
 *
 * <p>What it says at a frame depends on the last {@code temporal.reach} frames alone, so after as many steps it is the same from
 * wherever they were begun. Holds the memory of one frame, so each thread has its own; the model is shared and stays its owner's.
 */
public final class StreamingRecognizer implements AutoCloseable {

    private final RecognitionModel model;
    private final ActionRanking ranking;
    private final PictureFitter fitter;
    private final DirectMemory memory = new DirectMemory();

    /**
     * @param topK labels per answer
     */
    public StreamingRecognizer(RecognitionModel model, int topK) {
        this.model = model;
        this.ranking = new ActionRanking(model.manifest().labels(), topK);
        this.fitter = new PictureFitter(model.input());
    }

    /** The first frame of a camera; the caller closes what it gets. */
    public StreamedFrames start(Picture picture) throws InferenceException {
        return run(model.start(), picture, Map.of());
    }

    /**
     * One frame more.
     *
     * @param before of the frame before, of the same size; stays the caller's
     * @return the caller closes it
     */
    public StreamedFrames step(StreamedFrames before, Picture picture) throws InferenceException {
        return run(model.step(), picture, before.state());
    }

    /** The most probable actions at the last of the frames, best first; of equal ones the earlier label. */
    public List<Action> actions(StreamedFrames frames) throws InferenceException {
        return ranking.best(frames.logits());
    }

    @Override
    public void close() {
        fitter.close();
    }

    private StreamedFrames run(OnnxGraph graph, Picture picture, Map<String, Tensor> state) throws InferenceException {
        Fitted fitted = fitter.fit(picture);
        ByteBuffer pixels = memory.of(fitted.bytes());
        fitter.write(picture, fitted, pixels);
        try (Tensor frame = Tensor.over(pixels, ElementType.UINT8, 1, fitted.height(), fitted.width(), 3)) {
            Map<String, Tensor> inputs = new HashMap<>(state);
            inputs.put(RecognitionModel.FRAME, frame);
            return new StreamedFrames(graph.run(inputs));
        }
    }
}
