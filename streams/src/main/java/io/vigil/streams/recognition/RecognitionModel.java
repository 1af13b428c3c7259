package io.vigil.streams.recognition;

import io.vigil.streams.frame.InputFit;
import io.vigil.streams.inference.Contract;
import io.vigil.streams.inference.Device;
import io.vigil.streams.inference.ElementType;
import io.vigil.streams.inference.InferenceConfig;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.inference.ModelPackage;
import io.vigil.streams.inference.ModelPackageException;
import io.vigil.streams.inference.OnnxGraph;
import java.nio.file.Path;
import java.util.Set;

/** A recognition package. Thread-safe; shared by all {@link TamRecognizer}s, closed after the last. */
public final class RecognitionModel implements AutoCloseable {

    static final String CLIP = "clip";
    static final String LOGITS = "logits";

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
        ModelPackage loaded = ModelPackage.load(directory, Manifest.Task.RECOGNITION, config);
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
}
