package io.vigil.streams.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * An input or output of a graph. Whoever has made it, or has received it in {@link Outputs}, closes it.
 */
public final class Tensor implements AutoCloseable {

    private final OnnxTensor onnx;

    Tensor(OnnxTensor onnx) {
        this.onnx = onnx;
    }

    /**
     * A tensor over memory of the caller, without a copy.
     *
     * @param memory direct, in native order; its remaining bytes are the elements in C order; must not change while in use
     */
    public static Tensor over(ByteBuffer memory, ElementType type, long... shape) {
        if (!memory.isDirect() || memory.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException(
                    "a tensor needs direct memory in native order, not %s".formatted(memory));
        }
        try {
            return new Tensor(OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), memory, shape, type.onnx()));
        } catch (OrtException e) {
            throw new IllegalArgumentException("no tensor can be made of %s: %s".formatted(memory, e.getMessage()), e);
        }
    }

    public long[] shape() {
        return onnx.getInfo().getShape();
    }

    public ElementType type() {
        return ElementType.of(onnx.getInfo().type).orElseThrow();
    }

    /** A copy of the elements, native order. */
    public ByteBuffer bytes() {
        return onnx.getByteBuffer();
    }

    /** A copy of the elements of a float32 tensor. */
    public FloatBuffer floats() {
        return onnx.getFloatBuffer();
    }

    @Override
    public void close() {
        onnx.close();
    }

    OnnxTensor onnx() {
        return onnx;
    }
}
