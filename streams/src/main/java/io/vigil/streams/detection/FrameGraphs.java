package io.vigil.streams.detection;

import static io.vigil.streams.detection.DetectionModel.FEATURES;
import static io.vigil.streams.detection.DetectionModel.IMAGE;
import static io.vigil.streams.detection.DetectionModel.IMAGE_SIZE;
import static io.vigil.streams.detection.DetectionModel.PROPOSALS;

import io.vigil.streams.frame.Fitted;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.OnnxGraph;
import io.vigil.streams.inference.Outputs;
import io.vigil.streams.inference.Tensor;
import io.vigil.streams.time.Stopwatch;
import java.util.Map;

/**
 * The graphs of a detector that see nothing but one frame.
 *
 * <p>Holds the memory of one frame, so each thread has its own; the model is shared and stays its owner's.
 */
public final class FrameGraphs implements AutoCloseable {

    @FunctionalInterface
    private interface Run {
        Outputs of(OnnxGraph graph, Map<String, Tensor> inputs) throws InferenceException;
    }

    private final DetectionModel model;
    private final Run run;
    private final DetectorInput input;

    private FrameGraphs(DetectionModel model, Run run) {
        this.model = model;
        this.run = run;
        this.input = new DetectorInput(model.manifest().input());
    }

    /** For frames whose turn it is. */
    static FrameGraphs inTurn(DetectionModel model) {
        return new FrameGraphs(model, OnnxGraph::run);
    }

    /** For frames beside one whose turn it is. */
    public static FrameGraphs besideOtherRuns(DetectionModel model) {
        return new FrameGraphs(model, OnnxGraph::runBesideOthers);
    }

    /**
     * Looks at a frame.
     *
     * @param stopwatch receives the stages resize, frame, support
     */
    public FrameFeatures of(Picture picture, Stopwatch stopwatch) throws InferenceException {
        Fitted fitted = input.write(picture);
        stopwatch.lap("resize");
        Tensor size = input.size();
        try {
            Outputs frame = frame(fitted, size);
            try {
                stopwatch.lap("frame");
                Contribution contribution = contribution(frame);
                stopwatch.lap("support");
                return new FrameFeatures(fitted, size, frame, contribution);
            } catch (InferenceException | RuntimeException e) {
                frame.close();
                throw e;
            }
        } catch (InferenceException | RuntimeException e) {
            size.close();
            throw e;
        }
    }

    @Override
    public void close() {
        input.close();
    }

    private Outputs frame(Fitted fitted, Tensor size) throws InferenceException {
        try (Tensor pixels = input.pixels(fitted)) {
            return run.of(model.frame(), Map.of(IMAGE, pixels, IMAGE_SIZE, size));
        }
    }

    private Contribution contribution(Outputs frame) throws InferenceException {
        try (Outputs support =
                run.of(model.support(), Map.of(FEATURES, frame.get(FEATURES), PROPOSALS, frame.get(PROPOSALS)))) {
            return Contribution.of(support);
        }
    }
}
