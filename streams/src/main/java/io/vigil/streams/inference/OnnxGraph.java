package io.vigil.streams.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One graph of a model package, ready to run. Runs are thread-safe; close it when none is in progress.
 *
 * <p>A run that begins while the process does no other has idle cores at hand and may use more threads. What it returns is the
 * same to the bit, which a test compares for the shipped packages.
 */
public final class OnnxGraph implements AutoCloseable {

    private static final AtomicInteger RUNS_IN_PROCESS = new AtomicInteger();

    private final String name;
    private final Manifest.Graph declared;
    private final OrtSession session;
    private final OrtSession sessionWhenAlone;
    private final RunThread thread;
    private final RunDeadline deadline;

    /**
     * @param sessionWhenAlone of the same graph; empty where being alone makes no difference
     * @param thread on which both sessions run; closed with the graph
     */
    OnnxGraph(
            String name,
            Manifest.Graph declared,
            OrtSession session,
            Optional<OrtSession> sessionWhenAlone,
            RunThread thread,
            RunDeadline deadline) {
        this.name = name;
        this.declared = declared;
        this.session = session;
        this.sessionWhenAlone = sessionWhenAlone.orElse(session);
        this.thread = thread;
        this.deadline = deadline;
    }

    /** A run that this process seems to do until it is closed: all others are beside it, as they are under load. */
    public static final class PretendedRun implements AutoCloseable {

        private PretendedRun() {
            RUNS_IN_PROCESS.incrementAndGet();
        }

        @Override
        public void close() {
            RUNS_IN_PROCESS.decrementAndGet();
        }
    }

    public static PretendedRun pretendedRun() {
        return new PretendedRun();
    }

    /**
     * Runs the graph.
     *
     * @param inputs all that the manifest declares; the caller keeps ownership
     * @return all outputs that the manifest declares; the caller closes them
     * @throws InferenceException if the run fails, takes too long, or returns other shapes than declared
     */
    public Outputs run(Map<String, Tensor> inputs) throws InferenceException {
        boolean alone = RUNS_IN_PROCESS.getAndIncrement() == 0;
        return runCounted(alone, inputs);
    }

    /**
     * Runs the graph with no more threads than a run beside others, though none may be in progress yet.
     *
     * @param inputs all that the manifest declares; the caller keeps ownership
     * @return all outputs that the manifest declares; the caller closes them
     * @throws InferenceException if the run fails, takes too long, or returns other shapes than declared
     */
    public Outputs runBesideOthers(Map<String, Tensor> inputs) throws InferenceException {
        RUNS_IN_PROCESS.incrementAndGet();
        return runCounted(false, inputs);
    }

    @Override
    public void close() {
        thread.close();
        try {
            session.close();
            if (sessionWhenAlone != session) {
                sessionWhenAlone.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("graph %s could not be closed".formatted(name), e);
        }
    }

    private Outputs runCounted(boolean alone, Map<String, Tensor> inputs) throws InferenceException {
        OrtSession chosen = alone ? sessionWhenAlone : session;
        ModelRunEvent event = ModelRunEvent.begun();
        try {
            Map<String, OnnxTensor> fed = new LinkedHashMap<>();
            inputs.forEach((input, tensor) -> fed.put(input, tensor.onnx()));
            Outputs outputs = owned(thread.call(() -> run(chosen, fed)));
            event.succeeded(name, alone, checkedSizes(inputs, outputs));
            return outputs;
        } finally {
            RUNS_IN_PROCESS.decrementAndGet();
        }
    }

    private OrtSession.Result run(OrtSession chosen, Map<String, OnnxTensor> fed) throws InferenceException {
        try (RunDeadline.Run run = deadline.start()) {
            try {
                return chosen.run(fed, declared.outputs().keySet(), run.options());
            } catch (OrtException e) {
                throw new InferenceException(
                        run.wasTerminated()
                                ? "graph %s took longer than the deadline".formatted(name)
                                : "graph %s failed: %s".formatted(name, e.getMessage()),
                        e);
            }
        } catch (OrtException e) {
            throw new InferenceException("graph %s could not be started: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static Outputs owned(OrtSession.Result result) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
            tensors.put(output.getKey(), new Tensor((OnnxTensor) output.getValue()));
        }
        return new Outputs(tensors);
    }

    /** The sizes that the manifest leaves open, by name; closes the outputs if theirs are not what it declares. */
    private Map<String, Long> checkedSizes(Map<String, Tensor> inputs, Outputs outputs) throws InferenceException {
        Map<String, Long> sizes = new HashMap<>();
        try {
            checkShapes(inputs, declared.inputs(), sizes);
            checkShapes(outputs.all(), declared.outputs(), sizes);
            return sizes;
        } catch (InferenceException e) {
            outputs.close();
            throw e;
        }
    }

    private void checkShapes(Map<String, Tensor> tensors, Map<String, TensorSpec> specs, Map<String, Long> bound)
            throws InferenceException {
        for (Map.Entry<String, TensorSpec> spec : specs.entrySet()) {
            Tensor tensor = tensors.get(spec.getKey());
            if (tensor == null || !spec.getValue().admits(tensor.shape(), bound)) {
                throw new InferenceException("graph %s: %s is %s, the manifest says %s with %s"
                        .formatted(
                                name,
                                spec.getKey(),
                                tensor == null ? "missing" : Arrays.toString(tensor.shape()),
                                spec.getValue(),
                                bound));
            }
        }
    }
}
