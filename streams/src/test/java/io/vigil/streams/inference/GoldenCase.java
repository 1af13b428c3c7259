package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * A run of a graph as a package's golden files record it: docs/model-package.md.
 *
 * @param folder the package's folder {@code golden}
 * @param graph name of the graph
 * @param inputs as the index describes them, by name
 * @param outputs likewise
 */
record GoldenCase(Path folder, String graph, JsonNode inputs, JsonNode outputs) {

    private static final double TOLERANCE = 1e-3;
    private static final double BOX_TOLERANCE_PIXELS = 1e-2;

    /** What may be read of a golden file: the elements, and their shape. */
    private record Elements(long[] shape, Buffer values) {}

    static List<GoldenCase> of(Path directory) {
        Path folder = directory.resolve("golden");
        return StreamSupport.stream(
                        json(folder.resolve("index.json")).get("cases").spliterator(), false)
                .map(example -> new GoldenCase(
                        folder, example.get("graph").asText(), example.get("inputs"), example.get("outputs")))
                .toList();
    }

    /** All graphs of a package, the one that explains included. */
    static ModelPackage load(Path directory, InferenceConfig config) {
        Manifest manifest = Manifest.read(directory);
        return manifest.graphs().containsKey(ModelPackage.EXPLAIN)
                ? ModelPackage.loadToExplain(directory, manifest.task(), config)
                : ModelPackage.load(directory, manifest.task(), config);
    }

    String title() {
        return "%s %s".formatted(graph, inputs.findValuesAsText("file"));
    }

    /** What a package answers to the inputs; the caller closes it. */
    Outputs run(ModelPackage loaded) throws InferenceException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try {
            inputs.properties().forEach(input -> tensors.put(input.getKey(), tensor(input.getValue())));
            return loaded.graph(graph).run(tensors);
        } finally {
            tensors.values().forEach(Tensor::close);
        }
    }

    /** That every recorded output was answered within its tolerance. */
    void assertRecorded(Outputs actual) {
        outputs.properties().forEach(output -> assertClose(output.getKey(), actual, recorded(output.getValue())));
    }

    /** That two runs agree in every recorded output, within the tolerance of what is recorded. */
    void assertAgree(Outputs actual, Outputs expected) {
        outputs.properties()
                .forEach(output -> assertClose(output.getKey(), actual, elements(expected.get(output.getKey()))));
    }

    private void assertClose(String name, Outputs answered, Elements expected) {
        Elements actual = elements(answered.get(name));
        assertThat(actual.shape()).as("shape of %s", name).isEqualTo(expected.shape());
        if (!(expected.values() instanceof FloatBuffer wanted)) {
            assertThat(actual.values()).as(name).isEqualTo(expected.values());
            return;
        }
        FloatBuffer got = (FloatBuffer) actual.values();
        double largest = 0;
        double sum = 0;
        for (int i = 0; i < wanted.remaining(); i++) {
            double difference = Math.abs(wanted.get(i) - got.get(i));
            largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
            sum += difference;
        }
        assertThat(largest)
                .as("largest difference of %s, the mean is %g", name, sum / wanted.remaining())
                .isLessThanOrEqualTo(tolerance(name));
    }

    private double tolerance(String name) {
        boolean inPixels = name.equals("boxes") || name.equals("proposals");
        return outputs.get(name).path("tolerance").asDouble(inPixels ? BOX_TOLERANCE_PIXELS : TOLERANCE);
    }

    private static Elements elements(Tensor tensor) {
        return new Elements(
                tensor.shape(),
                switch (tensor.type()) {
                    case INT64 -> tensor.bytes().asLongBuffer();
                    case FLOAT16, FLOAT32 -> tensor.floats();
                    default -> tensor.bytes();
                });
    }

    private Elements recorded(JsonNode described) {
        ByteBuffer content = read(described);
        return new Elements(
                shape(described),
                switch (type(described)) {
                    case INT64 -> content.asLongBuffer();
                    case FLOAT32 -> content.asFloatBuffer();
                    default -> content;
                });
    }

    private Tensor tensor(JsonNode described) {
        return Tensor.over(read(described), type(described), shape(described));
    }

    private ByteBuffer read(JsonNode described) {
        try {
            byte[] content =
                    Files.readAllBytes(folder.resolve(described.get("file").asText()));
            return ByteBuffer.allocateDirect(content.length)
                    .order(ByteOrder.nativeOrder())
                    .put(content)
                    .flip();
        } catch (IOException e) {
            throw new IllegalStateException("%s lacks %s".formatted(folder, described), e);
        }
    }

    private static ElementType type(JsonNode described) {
        return ElementType.of(described.get("type").asText());
    }

    private static long[] shape(JsonNode described) {
        return StreamSupport.stream(described.get("shape").spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    private static JsonNode json(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new IllegalStateException("%s: export packages with their golden files".formatted(file), e);
        }
    }
}
