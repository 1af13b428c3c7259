package io.vigil.streams.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Compares what a manifest declares with what an ONNX graph has, and names the first difference. */
final class SignatureCheck {

    private static final String INPUT = "input";

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
            check(INPUT, declared.inputs(), session.getInputInfo());
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
            check(kind, name, spec, node);
        }
    }

    private void check(String kind, String name, TensorSpec declared, NodeInfo actual) {
        if (!(actual.getInfo() instanceof TensorInfo tensor)) {
            throw new ModelPackageException("graph %s: %s %s is no tensor".formatted(graph, kind, name));
        }
        if (declared.type().onnx() != tensor.type || !agree(declared, tensor.getShape(), kind.equals(INPUT))) {
            throw new ModelPackageException("graph %s: the manifest declares %s %s as %s, the ONNX file has %s %s"
                    .formatted(
                            graph,
                            kind,
                            name,
                            declared,
                            ElementType.of(tensor.type)
                                    .map(ElementType::toString)
                                    .orElse(tensor.type.toString()),
                            described(tensor)));
        }
    }

    /**
     * A size that the ONNX file leaves open may be anything; it is checked when the graph runs. Of an output ONNX Runtime often
     * finds out more than the file says.
     */
    private static boolean agree(TensorSpec declared, long[] actual, boolean isInput) {
        if (declared.shape().size() != actual.length) {
            return false;
        }
        for (int i = 0; i < actual.length; i++) {
            OptionalLong size = declared.shape().get(i).size();
            boolean known = actual[i] >= 0;
            if (known && (size.isPresent() ? size.getAsLong() != actual[i] : isInput)) {
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
