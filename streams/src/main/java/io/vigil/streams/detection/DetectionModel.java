package io.vigil.streams.detection;

import static io.vigil.streams.inference.ElementType.FLOAT32;
import static io.vigil.streams.inference.TensorSpec.ANY;

import io.vigil.streams.inference.Contract;
import io.vigil.streams.inference.Device;
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
        ModelPackage loaded = ModelPackage.load(directory, Manifest.Task.DETECTION, config);
        try {
            return new DetectionModel(loaded);
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
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
}
