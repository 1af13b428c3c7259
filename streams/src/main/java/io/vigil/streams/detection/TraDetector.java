package io.vigil.streams.detection;

import static io.vigil.streams.detection.DetectionModel.BOXES;
import static io.vigil.streams.detection.DetectionModel.FEATURES;
import static io.vigil.streams.detection.DetectionModel.IMAGE_SIZE;
import static io.vigil.streams.detection.DetectionModel.PROPOSALS;
import static io.vigil.streams.detection.DetectionModel.SCORES;
import static java.util.Objects.requireNonNull;

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

    /**
     * One run of the detect graph.
     *
     * @param fitted how the key frame became the input
     * @param inputs what the graph was given, by name
     * @param outputs what it said
     * @param contribution of the key frame
     */
    record Analysis(Fitted fitted, Map<String, Tensor> inputs, Outputs outputs, Contribution contribution) {

        /** What the graph was given under this name. */
        Tensor input(String name) {
            return requireNonNull(inputs.get(name), name);
        }
    }

    /** Makes something of an analysis, whose tensors it does not keep. */
    @FunctionalInterface
    interface Reading<R> {
        R read(Analysis analysis) throws InferenceException;
    }

    private final DetectionModel model;
    private final double scoreThreshold;
    private final NonMaximumSuppression suppression;
    private final FrameGraphs graphs;
    private final Map<String, SupportConcatenation> concatenations = new TreeMap<>();

    public TraDetector(DetectionModel model, PostProcessing postProcessing) {
        this.model = model;
        this.scoreThreshold = postProcessing.scoreThreshold();
        this.suppression = new NonMaximumSuppression(postProcessing.nmsIou(), postProcessing.maxDetections());
        this.graphs = FrameGraphs.inTurn(model);
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
        return analyse(key, supports, stopwatch, analysis -> new Result(detections(analysis), analysis.contribution()));
    }

    /**
     * Finds objects in a key frame that its graphs have seen.
     *
     * @param stopwatch receives the stage detect
     */
    public Result detect(FrameFeatures key, List<Contribution> supports, Stopwatch stopwatch)
            throws InferenceException {
        return analyse(key, supports, stopwatch, analysis -> new Result(detections(analysis), analysis.contribution()));
    }

    /** What a frame contributes as a support frame. */
    public Contribution contribution(Picture support) throws InferenceException {
        try (FrameFeatures features = graphs.of(support, new Stopwatch())) {
            return features.contribution();
        }
    }

    @Override
    public void close() {
        graphs.close();
    }

    /** Runs the graphs over a key frame; {@code reading} gets what they were given and said, valid while it reads. */
    <R> R analyse(Picture key, List<Contribution> supports, Stopwatch stopwatch, Reading<R> reading)
            throws InferenceException {
        try (FrameFeatures features = graphs.of(key, stopwatch)) {
            return analyse(features, supports, stopwatch, reading);
        }
    }

    private <R> R analyse(FrameFeatures key, List<Contribution> supports, Stopwatch stopwatch, Reading<R> reading)
            throws InferenceException {
        R read = runDetect(key, supports, reading);
        stopwatch.lap("detect");
        return read;
    }

    private <R> R runDetect(FrameFeatures key, List<Contribution> supports, Reading<R> reading)
            throws InferenceException {
        List<Contribution> all = new ArrayList<>(supports);
        all.add(key.contribution());
        Map<String, Tensor> inputs = new HashMap<>(Map.of(
                FEATURES, key.frame().get(FEATURES),
                PROPOSALS, key.frame().get(PROPOSALS),
                IMAGE_SIZE, key.size()));
        List<Tensor> concatenated = new ArrayList<>();
        try {
            for (Map.Entry<String, SupportConcatenation> entry : concatenations.entrySet()) {
                Tensor tensor = entry.getValue().of(all);
                concatenated.add(tensor);
                inputs.put(entry.getKey(), tensor);
            }
            try (Outputs outputs = model.detect().run(inputs)) {
                return reading.read(new Analysis(key.fitted(), inputs, outputs, key.contribution()));
            }
        } finally {
            concatenated.forEach(Tensor::close);
        }
    }

    private List<Detection> detections(Analysis analysis) throws InferenceException {
        Fitted fitted = analysis.fitted();
        Tensor scores = analysis.outputs().get(SCORES);
        Tensor boxes = analysis.outputs().get(BOXES);
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

    /** The box whose four edges begin at {@code at}, in pixels of the source picture. */
    static BoundingBox sourceBox(Fitted fitted, FloatBuffer edges, int at) {
        return new BoundingBox(
                        fitted.sourceX(edges.get(at)),
                        fitted.sourceY(edges.get(at + 1)),
                        fitted.sourceX(edges.get(at + 2)),
                        fitted.sourceY(edges.get(at + 3)))
                .clippedTo(fitted.sourceWidth(), fitted.sourceHeight());
    }
}
