package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.streams.testing.TestPackages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Replays what PyTorch (numpy for the test packages) answered when a package was exported: docs/model-package.md. */
class GoldenReplayTest {

    private static final double TOLERANCE = 1e-3;
    private static final double BOX_TOLERANCE_PIXELS = 1e-2;

    @TestFactory
    Stream<DynamicNode> shouldAnswerLikeTheExporter() {
        return TestPackages.all().stream()
                .map(directory -> DynamicContainer.dynamicContainer(
                        directory.getFileName().toString(), cases(directory)));
    }

    private static Stream<DynamicTest> cases(Path directory) {
        Path golden = directory.resolve("golden");
        JsonNode cases = json(golden.resolve("index.json")).get("cases");
        assertThat(cases).as("golden cases of %s", directory).isNotEmpty();
        return StreamSupport.stream(cases.spliterator(), false)
                .map(example -> DynamicTest.dynamicTest(
                        "%s %s"
                                .formatted(
                                        example.get("graph").asText(),
                                        example.get("inputs").findValuesAsText("file")),
                        () -> replay(directory, golden, example)));
    }

    private static void replay(Path directory, Path golden, JsonNode example) throws Exception {
        Manifest manifest = Manifest.read(directory);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        try (ModelPackage loaded = manifest.graphs().containsKey(ModelPackage.EXPLAIN)
                ? ModelPackage.loadToExplain(directory, manifest.task(), TestPackages.INFERENCE)
                : ModelPackage.load(directory, manifest.task(), TestPackages.INFERENCE)) {
            for (Map.Entry<String, JsonNode> input : example.get("inputs").properties()) {
                inputs.put(input.getKey(), tensor(golden, input.getValue()));
            }
            try (Outputs outputs = loaded.graph(example.get("graph").asText()).run(inputs)) {
                for (Map.Entry<String, JsonNode> output : example.get("outputs").properties()) {
                    compare(output.getKey(), outputs.get(output.getKey()), golden, output.getValue());
                }
            }
        } finally {
            inputs.values().forEach(Tensor::close);
        }
    }

    private static void compare(String name, Tensor actual, Path golden, JsonNode expected) throws IOException {
        assertThat(actual.shape()).as("shape of %s", name).isEqualTo(shape(expected));
        if (actual.type() == ElementType.INT64) {
            assertThat(actual.longs()).as(name).isEqualTo(read(golden, expected).asLongBuffer());
            return;
        }
        FloatBuffer wanted = read(golden, expected).asFloatBuffer();
        FloatBuffer got = actual.floats();
        double largest = 0;
        double sum = 0;
        for (int i = 0; i < wanted.remaining(); i++) {
            double difference = Math.abs(wanted.get(i) - got.get(i));
            largest = Math.max(largest, difference);
            sum += difference;
        }
        boolean inPixels = name.equals("boxes") || name.equals("proposals");
        double tolerance = inPixels ? BOX_TOLERANCE_PIXELS : TOLERANCE;
        assertThat(largest)
                .as("largest difference of %s, the mean is %g", name, sum / wanted.remaining())
                .isLessThanOrEqualTo(expected.path("tolerance").asDouble(tolerance));
    }

    private static Tensor tensor(Path golden, JsonNode described) throws IOException {
        return Tensor.over(
                read(golden, described), ElementType.of(described.get("type").asText()), shape(described));
    }

    private static ByteBuffer read(Path golden, JsonNode described) throws IOException {
        byte[] content = Files.readAllBytes(golden.resolve(described.get("file").asText()));
        return ByteBuffer.allocateDirect(content.length)
                .order(ByteOrder.nativeOrder())
                .put(content)
                .flip();
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
