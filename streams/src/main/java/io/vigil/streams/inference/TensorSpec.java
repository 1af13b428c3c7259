package io.vigil.streams.inference;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Element type and shape of a tensor, as a manifest declares them.
 *
 * @param type of the elements
 * @param shape sizes, outermost first
 */
public record TensorSpec(ElementType type, List<Dimension> shape) {

    /**
     * One size of a shape.
     *
     * @param name equal names within a graph are equal sizes; of a fixed size it is the number
     * @param size empty if it is known at run time only
     */
    public record Dimension(String name, OptionalLong size) {

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Dimension of(JsonNode json) {
            if (json.isIntegralNumber() && json.asLong() > 0) {
                return fixed(json.asLong());
            }
            if (json.isTextual() && !json.asText().isBlank()) {
                return new Dimension(json.asText(), OptionalLong.empty());
            }
            throw new IllegalArgumentException("a size must be a positive number or a name, is %s".formatted(json));
        }

        static Dimension fixed(long size) {
            return new Dimension(Long.toString(size), OptionalLong.of(size));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Stands for a size that may be anything. */
    public static final long ANY = -1;

    @JsonCreator
    public TensorSpec(
            @JsonProperty(value = "type", required = true) ElementType type,
            @JsonProperty(value = "shape", required = true) List<Dimension> shape) {
        this.type = type;
        this.shape = List.copyOf(shape);
    }

    /** Whether this has the element type and sizes that are asked for, {@link #ANY} being whatever it has. */
    public boolean is(ElementType wantedType, long... wanted) {
        if (type != wantedType || shape.size() != wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] != ANY && shape.get(i).size().orElse(ANY) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a tensor of this shape is one; {@code bound} remembers the named sizes of one run of a graph. */
    boolean admits(long[] actual, Map<String, Long> bound) {
        if (actual.length != shape.size()) {
            return false;
        }
        for (int i = 0; i < actual.length; i++) {
            Dimension dimension = shape.get(i);
            long expected = actual[i];
            if (dimension.size().isPresent()) {
                expected = dimension.size().getAsLong();
            } else if (bound.putIfAbsent(dimension.name(), actual[i]) != null) {
                expected = bound.get(dimension.name());
            }
            if (expected != actual[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return type + shape.stream().map(Dimension::toString).collect(Collectors.joining(", ", " [", "]"));
    }
}
