package io.vigil.streams.inference;

import ai.onnxruntime.OnnxJavaType;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** Element types of tensors that cross the border between Java and a model, by their names in a manifest. */
public enum ElementType {
    UINT8("uint8", OnnxJavaType.UINT8),
    INT8("int8", OnnxJavaType.INT8),
    INT32("int32", OnnxJavaType.INT32),
    INT64("int64", OnnxJavaType.INT64),
    FLOAT16("float16", OnnxJavaType.FLOAT16),
    FLOAT32("float32", OnnxJavaType.FLOAT);

    private final String manifestName;
    private final OnnxJavaType onnx;

    ElementType(String manifestName, OnnxJavaType onnx) {
        this.manifestName = manifestName;
        this.onnx = onnx;
    }

    @JsonCreator
    static ElementType of(String name) {
        return Arrays.stream(values())
                .filter(type -> type.manifestName.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "element type \"%s\" is none of %s".formatted(name, Arrays.toString(values()))));
    }

    /** Empty for a type that no manifest can name. */
    static Optional<ElementType> of(OnnxJavaType onnx) {
        return Arrays.stream(values()).filter(type -> type.onnx == onnx).findFirst();
    }

    /** Size of one element, bytes. */
    public int bytes() {
        return onnx.size;
    }

    OnnxJavaType onnx() {
        return onnx;
    }

    @Override
    @JsonValue
    public String toString() {
        return manifestName;
    }
}
