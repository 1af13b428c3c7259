package io.vigil.streams.detection;

import static io.vigil.streams.inference.ElementType.FLOAT32;
import static io.vigil.streams.inference.TensorSpec.ANY;

import io.vigil.streams.inference.Contract;
import io.vigil.streams.inference.Device;
import io.vigil.streams.inference.ElementType;
import io.vigil.streams.inference.InferenceConfig;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.inference.ModelPackage;
import io.vigil.streams.inference.ModelPackageException;
import io.vigil.streams.inference.OnnxGraph;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** A detection package whose graphs fit together. Thread-safe; shared by all {@link TraDetector}s, closed after the last. */
public final class DetectionModel implements AutoCloseable {

    static final String IMAGE = "image";
    static final String IMAGE_SIZE = "image_size";
    static final String FEATURES = "features";
    static final String PROPOSALS = "proposals";
    static final String SCORES = "scores";
    static final String BOXES = "boxes";
    static final String SIMILAR_POINTS = "similar_points";
    static final String SIMILARITY = "similarity";
    static final String ATTENTION = "attention";

    private static final String FRAME = "frame";
    private static final String SUPPORT = "support";
    private static final String DETECT = "detect";
    private static final String CONTRIBUTION_PREFIX = "support_";

    private final ModelPackage modelPackage;
    private final Set<String> contributions;

    private DetectionModel(ModelPackage modelPackage) {
        this.modelPackage = modelPackage;
        this.contributions = checkContract(modelPackage.manifest());
    }

    /**
     * Loads a detection package.
     *
     * @throws ModelPackageException with a sentence that names the first thing wrong
     */
    public static DetectionModel load(Path directory, InferenceConfig config) {
        return ModelPackage.load(directory, Manifest.Task.DETECTION, config).as(DetectionModel::new);
    }

    /**
     * Loads a detection package with the graph that says why.
     *
     * @throws ModelPackageException with a sentence that names the first thing wrong, which may be that it has none
     */
    public static DetectionModel loadToExplain(Path directory, InferenceConfig config) {
        return ModelPackage.loadToExplain(directory, Manifest.Task.DETECTION, config)
                .as(loaded -> {
                    DetectionModel model = new DetectionModel(loaded);
                    checkExplain(model.manifest(), model.contributions());
                    return model;
                });
    }

    public Manifest manifest() {
        return modelPackage.manifest();
    }

    /** What its graphs run on. */
    public Device device() {
        return modelPackage.device();
    }

    /** The package's own thresholds. */
    public Manifest.Thresholds thresholds() {
        return Objects.requireNonNull(manifest().thresholds(), "a detection manifest always has thresholds");
    }

    @Override
    public void close() {
        modelPackage.close();
    }

    OnnxGraph frame() {
        return modelPackage.graph(FRAME);
    }

    OnnxGraph support() {
        return modelPackage.graph(SUPPORT);
    }

    OnnxGraph detect() {
        return modelPackage.graph(DETECT);
    }

    /** Only of a model that was loaded to explain. */
    OnnxGraph explain() {
        return modelPackage.graph(ModelPackage.EXPLAIN);
    }

    /** Names of the inputs of {@link #explain}: features, proposals, and some tensors of a contribution. */
    Set<String> explainInputs() {
        return new Contract(manifest(), ModelPackage.EXPLAIN).inputs();
    }

    /** Names of the tensors of a contribution. */
    Set<String> contributions() {
        return contributions;
    }

    /** Returns the names of the tensors of a contribution. */
    private static Set<String> checkContract(Manifest manifest) {
        new Contract(manifest, FRAME)
                .inputs(Set.of(IMAGE, IMAGE_SIZE))
                .pictures(IMAGE, 1)
                .input(IMAGE_SIZE, FLOAT32, 2)
                .outputs(Set.of(FEATURES, PROPOSALS))
                .output(PROPOSALS, FLOAT32, ANY, 4);

        Contract support = new Contract(manifest, SUPPORT).inputs(Set.of(FEATURES, PROPOSALS));
        Set<String> contributions = support.outputs();
        if (contributions.isEmpty() || !contributions.stream().allMatch(name -> name.startsWith(CONTRIBUTION_PREFIX))) {
            throw new ModelPackageException("graph %s: the names of all outputs must start with \"%s\", they are %s"
                    .formatted(SUPPORT, CONTRIBUTION_PREFIX, contributions));
        }

        Set<String> detectInputs = new TreeSet<>(contributions);
        detectInputs.addAll(Set.of(FEATURES, PROPOSALS, IMAGE_SIZE));
        int labels = manifest.labels().size();
        new Contract(manifest, DETECT)
                .inputs(detectInputs)
                .outputs(Set.of(SCORES, BOXES))
                .output(SCORES, FLOAT32, ANY, labels + 1)
                .output(BOXES, FLOAT32, ANY, labels, 4);
        return contributions;
    }

    private static void checkExplain(Manifest manifest, Set<String> contributions) {
        ElementType features = new Contract(manifest, FRAME).outputType(FEATURES);
        Contract explain = new Contract(manifest, ModelPackage.EXPLAIN)
                .input(FEATURES, features, 1, ANY, ANY, ANY)
                .input(PROPOSALS, FLOAT32, ANY, 4)
                .output(SIMILAR_POINTS, FLOAT32, ANY, ANY, ANY, ANY, ANY, 2)
                .output(SIMILARITY, FLOAT32, ANY, ANY, ANY, ANY, ANY)
                .output(ATTENTION, FLOAT32, ANY, ANY, ANY, ANY, ANY);
        Set<String> unknown = explain.inputs();
        unknown.removeAll(contributions);
        unknown.removeAll(Set.of(FEATURES, PROPOSALS));
        if (!unknown.isEmpty()) {
            throw new ModelPackageException("graph %s: the inputs %s are neither of the key frame nor of a contribution"
                    .formatted(ModelPackage.EXPLAIN, unknown));
        }
    }
}
