package io.vigil.streams.inference;

import java.util.Map;

/** What one run of a graph returned; close it when done, which closes the tensors. */
public final class Outputs implements AutoCloseable {

    private final Map<String, Tensor> tensors;

    Outputs(Map<String, Tensor> tensors) {
        this.tensors = tensors;
    }

    /** The output of this name, which the manifest declares. */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("there is no output %s, only %s".formatted(name, tensors.keySet()));
        }
        return tensor;
    }

    /** All outputs by name. */
    public Map<String, Tensor> all() {
        return tensors;
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
    }
}
