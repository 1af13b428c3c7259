package io.vigil.streams.detection;

import static io.vigil.streams.detection.DetectionModel.ATTENTION;
import static io.vigil.streams.detection.DetectionModel.BOXES;
import static io.vigil.streams.detection.DetectionModel.PROPOSALS;
import static io.vigil.streams.detection.DetectionModel.SCORES;
import static io.vigil.streams.detection.DetectionModel.SIMILARITY;
import static io.vigil.streams.detection.DetectionModel.SIMILAR_POINTS;

import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.ElementType;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.inference.Outputs;
import io.vigil.streams.inference.Tensor;
import io.vigil.streams.time.Stopwatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says why an object was found, by the graphs that found it and the one that shows their attention.
 *
 * <p>Not thread-safe; the model, which was loaded to explain, stays its owner's.
 */
public final class ExplainingDetector implements AutoCloseable {

    /** Less in common is another box. */
    private static final double SAME_BOX_IOU = 0.9;

    private static final int EDGES = 4;

    /** What was found in a proposal. */
    private record Candidate(int proposal, Detection detection) {}

    private final DetectionModel model;
    private final TraDetector detector;

    public ExplainingDetector(DetectionModel model) {
        this.model = model;
        Manifest.Thresholds thresholds = model.thresholds();
        this.detector = new TraDetector(
                model, new PostProcessing(thresholds.score(), thresholds.nmsIou(), thresholds.maxDetections()));
    }

    /** What a frame contributes as a support frame. */
    public Contribution contribution(Picture support) throws InferenceException {
        return detector.contribution(support);
    }

    /**
     * Looks at a key frame once more.
     *
     * @param key the key frame
     * @param supports contributions of its support frames, oldest first; may be empty
     * @param found what was found in it then
     * @return empty if it is not found again
     */
    public Optional<DetectionExplanation> explain(Picture key, List<Contribution> supports, Detection found)
            throws InferenceException {
        return detector.analyse(key, supports, new Stopwatch(), analysis -> {
            Optional<Candidate> again = nearest(analysis, found);
            return again.isEmpty() ? Optional.empty() : Optional.of(explained(analysis, again.get()));
        });
    }

    @Override
    public void close() {
        detector.close();
    }

    /** The proposal whose box of the same class is closest to the one found; no threshold, no suppression. */
    private Optional<Candidate> nearest(TraDetector.Analysis analysis, Detection found) {
        int labels = model.manifest().labels().size();
        FloatBuffer scores = analysis.outputs().get(SCORES).floats();
        FloatBuffer boxes = analysis.outputs().get(BOXES).floats();
        Candidate best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int proposal = 0; proposal * (labels + 1) < scores.remaining(); proposal++) {
            BoundingBox box =
                    TraDetector.sourceBox(analysis.fitted(), boxes, (proposal * labels + found.label()) * EDGES);
            double distance = distance(box, found.box());
            if (distance < least) {
                least = distance;
                float score = scores.get(proposal * (labels + 1) + found.label());
                best = new Candidate(proposal, new Detection(found.label(), score, box));
            }
        }
        return Optional.ofNullable(best)
                .filter(candidate -> candidate.detection().box().iou(found.box()) >= SAME_BOX_IOU);
    }

    private DetectionExplanation explained(TraDetector.Analysis analysis, Candidate candidate)
            throws InferenceException {
        FloatBuffer proposals = analysis.input(PROPOSALS).floats();
        int begin = candidate.proposal() * EDGES;
        ByteBuffer row = ByteBuffer.allocateDirect(EDGES * Float.BYTES).order(ByteOrder.nativeOrder());
        row.asFloatBuffer().put(proposals.slice(begin, EDGES));
        try (Tensor proposal = Tensor.over(row, ElementType.FLOAT32, 1, EDGES)) {
            Map<String, Tensor> inputs = new HashMap<>();
            model.explainInputs().forEach(name -> inputs.put(name, analysis.input(name)));
            inputs.put(PROPOSALS, proposal);
            try (Outputs outputs = model.explain().run(inputs)) {
                AttentionMap attention = AttentionMap.of(outputs.get(ATTENTION));
                SimilarPoints points = new SimilarPoints(
                        outputs.get(SIMILAR_POINTS), outputs.get(SIMILARITY), attention, analysis.fitted());
                return new DetectionExplanation(
                        candidate.detection(),
                        TraDetector.sourceBox(analysis.fitted(), proposals, begin),
                        attention.bins(),
                        attention.frame(0),
                        points.supports());
            }
        }
    }

    private static double distance(BoundingBox a, BoundingBox b) {
        return Math.max(
                Math.max(Math.abs(a.x1() - b.x1()), Math.abs(a.y1() - b.y1())),
                Math.max(Math.abs(a.x2() - b.x2()), Math.abs(a.y2() - b.y2())));
    }
}
