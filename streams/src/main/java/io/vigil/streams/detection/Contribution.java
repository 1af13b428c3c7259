package io.vigil.streams.detection;

import io.vigil.streams.inference.ElementType;
import io.vigil.streams.inference.Outputs;
import io.vigil.streams.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a support frame gives to any key frame: named tensors that nobody here looks into. Immutable, on the heap.
 */
public final class Contribution {

    /**
     * One tensor of a contribution.
     *
     * @param type of the elements
     * @param shape the first size is that of the concatenation axis
     * @param elements heap memory, native order
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
    record Part(ElementType type, long[] shape, ByteBuffer elements) {

        static Part of(Tensor tensor) {
            return new Part(tensor.type(), tensor.shape(), tensor.bytes());
        }
    }

    private final Map<String, Part> parts;

    private Contribution(Map<String, Part> parts) {
        this.parts = parts;
    }

    /** A copy of what the support graph returned. */
    static Contribution of(Outputs outputs) {
        Map<String, Part> parts = new TreeMap<>();
        outputs.all().forEach((name, tensor) -> parts.put(name, Part.of(tensor)));
        return new Contribution(parts);
    }

    Part part(String name) {
        Part part = parts.get(name);
        if (part == null) {
            throw new IllegalArgumentException("a contribution of %s has no %s".formatted(parts.keySet(), name));
        }
        return part;
    }
}
