package io.vigil.streams.detection;

import static io.vigil.streams.detection.DetectionModel.BOXES;
import static io.vigil.streams.detection.DetectionModel.FEATURES;
import static io.vigil.streams.detection.DetectionModel.IMAGE;
import static io.vigil.streams.detection.DetectionModel.IMAGE_SIZE;
import static io.vigil.streams.detection.DetectionModel.PROPOSALS;
import static io.vigil.streams.detection.DetectionModel.SCORES;

import io.vigil.streams.frame.Fitted;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Outputs;
import io.vigil.streams.inference.Tensor;
import io.vigil.streams.time.Stopwatch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Temporal RoI Align: finds objects in a key frame with the help of its support frames.
 *
 * <p>The key frame is its own last support (the released test protocol). Holds the memory of one analysis, so each thread
 * has its own; the model is shared and stays its owner's.
 */
public final class TraDetector implements AutoCloseable {

    /**
     * What was found in a key frame.
     *
     * @param detections best first, boxes in pixels of the source picture
     * @param contribution of the key frame, should it become a support frame
     */
    public record Result(List<Detection> detections, Contribution contribution) {}

    private final DetectionModel model;
    private final double scoreThreshold;
    private final NonMaximumSuppression suppression;
    private final DetectorInput input;
    private final Map<String, SupportConcatenation> concatenations = new TreeMap<>();

    public TraDetector(DetectionModel model, PostProcessing postProcessing) {
        this.model = model;
        this.scoreThreshold = postProcessing.scoreThreshold();
        this.suppression = new NonMaximumSuppression(postProcessing.nmsIou(), postProcessing.maxDetections());
        this.input = new DetectorInput(model.manifest().input());
        model.contributions().forEach(name -> concatenations.put(name, new SupportConcatenation(name)));
    }

    /**
     * Finds objects in a key frame.
     *
     * @param key the key frame
     * @param supports contributions of its support frames, oldest first, all of the same picture size; may be empty
     * @param stopwatch receives the stages resize, frame, support, detect
     */
    public Result detect(Picture key, List<Contribution> supports, Stopwatch stopwatch) throws InferenceException {
        Fitted fitted = input.write(key);
        stopwatch.lap("resize");
        try (Tensor size = input.size();
                Outputs frame = runFrame(fitted, size)) {
            stopwatch.lap("frame");
            Contribution own = contribution(frame);
            stopwatch.lap("support");
            List<Detection> detections = runDetect(fitted, frame, size, supports, own);
            stopwatch.lap("detect");
            return new Result(detections, own);
        }
    }

    /** What a frame contributes as a support frame. */
    public Contribution contribution(Picture support) throws InferenceException {
        Fitted fitted = input.write(support);
        try (Tensor size = input.size();
                Outputs frame = runFrame(fitted, size)) {
            return contribution(frame);
        }
    }

    @Override
    public void close() {
        input.close();
    }

    private Outputs runFrame(Fitted fitted, Tensor size) throws InferenceException {
        try (Tensor pixels = input.pixels(fitted)) {
            return model.frame().run(Map.of(IMAGE, pixels, IMAGE_SIZE, size));
        }
    }

    private Contribution contribution(Outputs frame) throws InferenceException {
        try (Outputs support =
                model.support().run(Map.of(FEATURES, frame.get(FEATURES), PROPOSALS, frame.get(PROPOSALS)))) {
            return Contribution.of(support);
        }
    }

    private List<Detection> runDetect(
            Fitted fitted, Outputs frame, Tensor size, List<Contribution> supports, Contribution own)
            throws InferenceException {
        List<Contribution> all = new ArrayList<>(supports);
        all.add(own);
        Map<String, Tensor> inputs =
                new HashMap<>(Map.of(FEATURES, frame.get(FEATURES), PROPOSALS, frame.get(PROPOSALS), IMAGE_SIZE, size));
        List<Tensor> concatenated = new ArrayList<>();
        try {
            for (Map.Entry<String, SupportConcatenation> entry : concatenations.entrySet()) {
                Tensor tensor = entry.getValue().of(all);
                concatenated.add(tensor);
                inputs.put(entry.getKey(), tensor);
            }
            try (Outputs outputs = model.detect().run(inputs)) {
                return detections(fitted, outputs.get(SCORES), outputs.get(BOXES));
            }
        } finally {
            concatenated.forEach(Tensor::close);
        }
    }

    private List<Detection> detections(Fitted fitted, Tensor scores, Tensor boxes) throws InferenceException {
        int proposals = Math.toIntExact(scores.shape()[0]);
        int labels = model.manifest().labels().size();
        FloatBuffer score = scores.floats();
        FloatBuffer edges = boxes.floats();
        List<Detection> candidates = new ArrayList<>();
        for (int proposal = 0; proposal < proposals; proposal++) {
            for (int label = 0; label < labels; label++) {
                float probability = score.get(proposal * (labels + 1) + label);
                if (Float.isNaN(probability)) {
                    throw new InferenceException("the detector's scores are not numbers");
                }
                if (probability >= scoreThreshold) {
                    BoundingBox box = sourceBox(fitted, edges, (proposal * labels + label) * 4);
                    if (box.hasArea()) {
                        candidates.add(new Detection(label, probability, box));
                    }
                }
            }
        }
        return suppression.keepBest(candidates);
    }

    private static BoundingBox sourceBox(Fitted fitted, FloatBuffer edges, int at) {
        return new BoundingBox(
                        fitted.sourceX(edges.get(at)),
                        fitted.sourceY(edges.get(at + 1)),
                        fitted.sourceX(edges.get(at + 2)),
                        fitted.sourceY(edges.get(at + 3)))
                .clippedTo(fitted.sourceWidth(), fitted.sourceHeight());
    }
}
