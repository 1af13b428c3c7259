package io.vigil.streams.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;

/** Compares what a manifest declares with what an ONNX graph has, and names the first difference. */
final class SignatureCheck {

    private final String graph;

    SignatureCheck(String graph) {
        this.graph = graph;
    }

    /**
     * Compares all inputs and outputs.
     *
     * @throws ModelPackageException for the first difference
     */
    void check(Manifest.Graph declared, OrtSession session) {
        try {
            check("input", declared.inputs(), session.getInputInfo());
            check("output", declared.outputs(), session.getOutputInfo());
        } catch (OrtException e) {
            throw new ModelPackageException("graph %s hides its signature: %s".formatted(graph, e.getMessage()), e);
        }
    }

    private void check(String kind, Map<String, TensorSpec> declared, Map<String, NodeInfo> actual) {
        TreeSet<String> names = new TreeSet<>(declared.keySet());
        names.addAll(actual.keySet());
        for (String name : names) {
            TensorSpec spec = declared.get(name);
            NodeInfo node = actual.get(name);
            if (spec == null || node == null) {
                throw new ModelPackageException("graph %s: %s %s is in the %s, but not in the %s"
                        .formatted(
                                graph,
                                kind,
                                name,
                                spec == null ? "ONNX file" : "manifest",
                                spec == null ? "manifest" : "ONNX file"));
            }
            check("%s %s".formatted(kind, name), spec, node);
        }
    }

    private void check(String subject, TensorSpec declared, NodeInfo actual) {
        if (!(actual.getInfo() instanceof TensorInfo tensor)) {
            throw new ModelPackageException("graph %s: %s is no tensor".formatted(graph, subject));
        }
        if (declared.type().onnx() != tensor.type || !agree(declared, tensor.getShape())) {
            throw new ModelPackageException("graph %s: the manifest declares %s as %s, the ONNX file has %s %s"
                    .formatted(
                            graph,
                            subject,
                            declared,
                            ElementType.of(tensor.type)
                                    .map(ElementType::toString)
                                    .orElse(tensor.type.toString()),
                            described(tensor)));
        }
    }

    /** A size that the ONNX file leaves open may be anything; it is checked when the graph runs. */
    private static boolean agree(TensorSpec declared, long[] actual) {
        if (declared.shape().size() != actual.length) {
            return false;
        }
        for (int i = 0; i < actual.length; i++) {
            if (actual[i] >= 0 && declared.shape().get(i).size().orElse(-1) != actual[i]) {
                return false;
            }
        }
        return true;
    }

    private static String described(TensorInfo tensor) {
        return Arrays.toString(Arrays.stream(tensor.getShape())
                .mapToObj(size -> size < 0 ? "any" : Long.toString(size))
                .toArray());
    }
}
