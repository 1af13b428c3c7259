package io.vigil.streams.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A model package that has been read, verified and opened: the manifest and its graphs. Thread-safe; whoever loads it closes
 * it, when no graph runs any more.
 */
public final class ModelPackage implements AutoCloseable {

    /** The graph that says why; a package may lack it, and nothing else depends on it. */
    public static final String EXPLAIN = "explain";

    private final Path directory;
    private final Manifest manifest;
    private final Sessions sessions;
    private final RunDeadline deadline;
    private final Map<String, OnnxGraph> graphs = new TreeMap<>();

    private ModelPackage(Path directory, Manifest manifest, InferenceConfig config) {
        this.directory = directory;
        this.manifest = manifest;
        this.sessions = Sessions.of(config);
        this.deadline = new RunDeadline(config.deadline());
    }

    /**
     * Loads a package and compares its manifest with its graphs. The graph {@value #EXPLAIN} stays closed.
     *
     * @param task what the package must be for
     * @throws ModelPackageException with a sentence that names the first thing wrong
     */
    public static ModelPackage load(Path directory, Manifest.Task task, InferenceConfig config) {
        return load(directory, task, config, graph -> !graph.equals(EXPLAIN));
    }

    /**
     * Loads a package with the graph {@value #EXPLAIN}.
     *
     * @param task what the package must be for
     * @throws ModelPackageException with a sentence that names the first thing wrong, which may be that it has none
     */
    public static ModelPackage loadToExplain(Path directory, Manifest.Task task, InferenceConfig config) {
        ModelPackage loaded = load(directory, task, config, graph -> true);
        if (!loaded.graphs.containsKey(EXPLAIN)) {
            loaded.close();
            throw new ModelPackageException("%s has no graph \"%s\", so it cannot say why; export it with --explain"
                    .formatted(directory, EXPLAIN));
        }
        return loaded;
    }

    /**
     * Names of the graphs that a package declares, without opening any.
     *
     * @throws ModelPackageException if the manifest cannot be read
     */
    public static Set<String> graphsOf(Path directory) {
        return Manifest.read(directory).graphs().keySet();
    }

    private static ModelPackage load(
            Path directory, Manifest.Task task, InferenceConfig config, Predicate<String> wanted) {
        Manifest manifest = Manifest.read(directory);
        if (manifest.task() != task) {
            throw new ModelPackageException(
                    "%s is a package for %s, not for %s".formatted(directory, lower(manifest.task()), lower(task)));
        }
        ModelPackage loaded = new ModelPackage(directory, manifest, config);
        try {
            for (Map.Entry<String, Manifest.Graph> graph : manifest.graphs().entrySet()) {
                if (wanted.test(graph.getKey())) {
                    loaded.open(graph.getKey(), graph.getValue());
                }
            }
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
        return loaded;
    }

    /** What a constructor that checks makes of this package; the package is closed if it throws. */
    public <M> M as(Function<ModelPackage, M> constructor) {
        try {
            return constructor.apply(this);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    public Manifest manifest() {
        return manifest;
    }

    /** What its graphs run on. */
    public Device device() {
        return sessions.device();
    }

    /**
     * The graph of this name.
     *
     * @throws ModelPackageException if the manifest has none
     */
    public OnnxGraph graph(String name) {
        OnnxGraph graph = graphs.get(name);
        if (graph == null) {
            throw new ModelPackageException(
                    "%s has the graphs %s, but needs \"%s\"".formatted(directory, graphs.keySet(), name));
        }
        return graph;
    }

    @Override
    public void close() {
        graphs.values().forEach(OnnxGraph::close);
        graphs.clear();
        deadline.close();
    }

    private void open(String name, Manifest.Graph declared) {
        Path file = directory.resolve(declared.file());
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer model = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            String actual = sha256(model);
            if (!actual.equals(declared.sha256())) {
                throw new ModelPackageException(
                        "%s is not the file that the manifest describes: its sha256 is %s, not %s"
                                .formatted(file, actual, declared.sha256()));
            }
            OrtSession session = sessions.open(model);
            graphs.put(
                    name,
                    new OnnxGraph(
                            name,
                            declared,
                            session,
                            sessions.openForRunsAlone(model),
                            sessions.runThread(name),
                            deadline));
            new SignatureCheck(name).check(declared, session);
        } catch (IOException e) {
            throw new ModelPackageException("%s cannot be read: %s".formatted(file, e), e);
        } catch (OrtException e) {
            throw new ModelPackageException(
                    "%s is no graph that ONNX Runtime can load: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static String sha256(ByteBuffer content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(content.duplicate());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String lower(Manifest.Task task) {
        return task.name().toLowerCase(Locale.ROOT);
    }
}
