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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A recognition package. Thread-safe; shared by all {@link TamRecognizer}s, closed after the last. */
public final class RecognitionModel implements AutoCloseable {

    static final String CLIP = "clip";
    static final String FRAME = "frame";
    static final String LOGITS = "logits";

    static final String KERNEL_PREFIX = "kernel_";
    static final String IMPORTANCE_PREFIX = "importance_";

    /** Outputs that are the state after a frame; the graph {@value #STEP} takes them with {@value #STATE_PREFIX} instead. */
    static final String NEXT_PREFIX = "next_";

    private static final String STATE_PREFIX = "state_";

    private static final String RECOGNIZE = "recognize";
    private static final String START = "start";
    private static final String STEP = "step";

    private final ModelPackage modelPackage;

    private RecognitionModel(ModelPackage modelPackage) {
        this.modelPackage = modelPackage;
        Manifest manifest = modelPackage.manifest();
        if (isStreaming()) {
            checkStreaming(manifest);
        } else {
            checkWindowed(manifest);
        }
    }

    /**
     * Loads a recognition package.
     *
     * @throws ModelPackageException with a sentence that names the first thing wrong
     */
    public static RecognitionModel load(Path directory, InferenceConfig config) {
        return ModelPackage.load(directory, Manifest.Task.RECOGNITION, config).as(RecognitionModel::new);
    }

    /**
     * Loads a recognition package with the graph that says why. One that is streaming has no such graph and is loaded without.
     *
     * @throws ModelPackageException with a sentence that names the first thing wrong, which may be that it has none
     */
    public static RecognitionModel loadToExplain(Path directory, InferenceConfig config) {
        if (isStreaming(ModelPackage.graphsOf(directory))) {
            return load(directory, config);
        }
        return ModelPackage.loadToExplain(directory, Manifest.Task.RECOGNITION, config)
                .as(loaded -> {
                    RecognitionModel model = new RecognitionModel(loaded);
                    checkExplain(model.manifest());
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

    /** Whether it is stepped from frame to frame, instead of seeing whole clips. */
    public boolean isStreaming() {
        return isStreaming(manifest().graphs().keySet());
    }

    /** How pictures become frames of a clip. */
    public InputFit input() {
        return manifest().input();
    }

    @Override
    public void close() {
        modelPackage.close();
    }

    /** Only of a model that is not streaming. */
    OnnxGraph recognize() {
        return modelPackage.graph(RECOGNIZE);
    }

    /** Only of a streaming model. */
    OnnxGraph start() {
        return modelPackage.graph(START);
    }

    /** Only of a streaming model. */
    OnnxGraph step() {
        return modelPackage.graph(STEP);
    }

    /** The name under which the graph {@value #STEP} takes what an output of this name has left. */
    static String stateOf(String next) {
        return STATE_PREFIX + next.substring(NEXT_PREFIX.length());
    }

    private static boolean isStreaming(Set<String> graphs) {
        return graphs.contains(STEP);
    }

    private static void checkWindowed(Manifest manifest) {
        new Contract(manifest, RECOGNIZE)
                .inputs(Set.of(CLIP))
                .pictures(CLIP, 1, manifest.temporal().frames())
                .outputs(Set.of(LOGITS))
                .output(LOGITS, ElementType.FLOAT32, 1, manifest.labels().size());
        if (manifest.temporal().reach() != null) {
            throw new ModelPackageException("package %s has temporal.reach, which belongs to one with a graph \"%s\""
                    .formatted(manifest.name(), STEP));
        }
    }

    private static void checkStreaming(Manifest manifest) {
        if (manifest.temporal().reach() == null) {
            throw new ModelPackageException(
                    "package %s has a graph \"%s\", so it needs temporal.reach".formatted(manifest.name(), STEP));
        }
        int labels = manifest.labels().size();
        Contract start = new Contract(manifest, START)
                .inputs(Set.of(FRAME))
                .pictures(FRAME, 1)
                .output(LOGITS, ElementType.FLOAT32, 1, labels);
        Contract step = new Contract(manifest, STEP).pictures(FRAME, 1).output(LOGITS, ElementType.FLOAT32, 1, labels);
        Map<String, TensorSpec> left =
                requireNonNull(manifest.graphs().get(START)).outputs();
        Map<String, TensorSpec> taken = new TreeMap<>();
        left.forEach((name, spec) -> {
            if (name.startsWith(NEXT_PREFIX)) {
                taken.put(stateOf(name), spec);
            }
        });
        if (taken.size() + 1 != left.size()) {
            throw new ModelPackageException("graph %s: besides %s, the outputs must start with %s, are %s"
                    .formatted(START, LOGITS, NEXT_PREFIX, start.outputs()));
        }
        step.outputs(start.outputs());
        Manifest.Graph stepped = requireNonNull(manifest.graphs().get(STEP));
        taken.put(FRAME, requireNonNull(stepped.inputs().get(FRAME)));
        step.inputs(taken.keySet());
        taken.forEach((name, spec) -> requireSame(name, spec, stepped.inputs().get(name)));
        left.forEach((name, spec) -> requireSame(name, spec, stepped.outputs().get(name)));
    }

    private static void requireSame(String name, TensorSpec left, @Nullable TensorSpec found) {
        if (!left.equals(found)) {
            throw new ModelPackageException(
                    "graph %s: %s is %s, but the state that %s leaves is %s".formatted(STEP, name, found, START, left));
        }
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
