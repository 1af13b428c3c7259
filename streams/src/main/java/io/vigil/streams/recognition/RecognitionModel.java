package io.vigil.streams.recognition;

import static java.util.Objects.requireNonNull;

import io.vigil.streams.frame.InputFit;
import io.vigil.streams.inference.Contract;
import io.vigil.streams.inference.Device;
import io.vigil.streams.inference.ElementType;
import io.vigil.streams.inference.InferenceConfig;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.inference.ModelPackage;
import io.vigil.streams.inference.ModelPackageException;
import io.vigil.streams.inference.OnnxGraph;
import io.vigil.streams.inference.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A recognition package. Thread-safe; shared by all {@link TamRecognizer}s, closed after the last. */
public final class RecognitionModel implements AutoCloseable {

    static final String CLIP = "clip";
    static final String LOGITS = "logits";

    static final String KERNEL_PREFIX = "kernel_";
    static final String IMPORTANCE_PREFIX = "importance_";

    private static final String RECOGNIZE = "recognize";

    private final ModelPackage modelPackage;

    private RecognitionModel(ModelPackage modelPackage) {
        this.modelPackage = modelPackage;
        Manifest manifest = modelPackage.manifest();
        new Contract(manifest, RECOGNIZE)
                .inputs(Set.of(CLIP))
                .pictures(CLIP, 1, manifest.temporal().frames())
                .outputs(Set.of(LOGITS))
                .output(LOGITS, ElementType.FLOAT32, 1, manifest.labels().size());
    }

    /**
     * Loads a recognition package.
     *
     * @throws ModelPackageException with a sentence that names the first thing wrong
     */
    public static RecognitionModel load(Path directory, InferenceConfig config) {
        return checked(ModelPackage.load(directory, Manifest.Task.RECOGNITION, config));
    }

    /**
     * Loads a recognition package with the graph that says why.
     *
     * @throws ModelPackageException with a sentence that names the first thing wrong, which may be that it has none
     */
    public static RecognitionModel loadToExplain(Path directory, InferenceConfig config) {
        RecognitionModel model = checked(ModelPackage.loadToExplain(directory, Manifest.Task.RECOGNITION, config));
        try {
            checkExplain(model.manifest());
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static RecognitionModel checked(ModelPackage loaded) {
        try {
            return new RecognitionModel(loaded);
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

    /** How pictures become frames of a clip. */
    public InputFit input() {
        return manifest().input();
    }

    @Override
    public void close() {
        modelPackage.close();
    }

    OnnxGraph recognize() {
        return modelPackage.graph(RECOGNIZE);
    }

    /** Only of a model that was loaded to explain. */
    OnnxGraph explain() {
        return modelPackage.graph(ModelPackage.EXPLAIN);
    }

    /** Names of the blocks that {@link #explain} tells of, in the order in which data passes them. */
    List<String> blocks() {
        return blocks(manifest());
    }

    private static List<String> blocks(Manifest manifest) {
        Manifest.Graph explain = requireNonNull(
                manifest.graphs().get(ModelPackage.EXPLAIN), "only of a model that was loaded to explain");
        return explain.outputs().keySet().stream()
                .filter(output -> output.startsWith(KERNEL_PREFIX))
                .map(output -> output.substring(KERNEL_PREFIX.length()))
                .toList();
    }

    private static void checkExplain(Manifest manifest) {
        int frames = manifest.temporal().frames();
        Contract explain = new Contract(manifest, ModelPackage.EXPLAIN)
                .inputs(Set.of(CLIP))
                .pictures(CLIP, 1, frames)
                .output(LOGITS, ElementType.FLOAT32, 1, manifest.labels().size());
        for (String block : blocks(manifest)) {
            explain.output(KERNEL_PREFIX + block, ElementType.FLOAT32, 1, TensorSpec.ANY, 3)
                    .output(IMPORTANCE_PREFIX + block, ElementType.FLOAT32, 1, TensorSpec.ANY, frames);
        }
    }
}
