package io.vigil.streams.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.streams.inference.ModelPackageException;
import io.vigil.streams.testing.TestPackages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StreamingModelTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void shouldKnowWhichPackagesAreSteppedFromFrameToFrame() {
        try (RecognitionModel streaming =
                        RecognitionModel.load(TestPackages.STREAMING_RECOGNITION, TestPackages.INFERENCE);
                RecognitionModel windowed = RecognitionModel.load(TestPackages.RECOGNITION, TestPackages.INFERENCE)) {
            assertThat(streaming.isStreaming()).isTrue();
            assertThat(streaming.manifest().temporal().kept()).isEqualTo(6);
            assertThat(windowed.isStreaming()).isFalse();
            assertThat(windowed.manifest().temporal().kept()).isEqualTo(4);
        }
    }

    @Test
    void shouldLoadAStreamingPackageToExplainThoughItHasNothingToExplain() {
        try (RecognitionModel model =
                RecognitionModel.loadToExplain(TestPackages.STREAMING_RECOGNITION, TestPackages.INFERENCE)) {
            assertThat(model.isStreaming()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("brokenManifests")
    void shouldRefuseAPackageThatCannotBeSteppedAndNameTheFault(
            Path original, Consumer<ObjectNode> damage, String sentence) throws IOException {
        TestPackages.copy(original, directory);
        Path manifest = directory.resolve("manifest.json");
        ObjectNode json = (ObjectNode) JSON.readTree(manifest.toFile());
        damage.accept(json);
        JSON.writeValue(manifest.toFile(), json);

        assertThatThrownBy(() -> RecognitionModel.load(directory, TestPackages.INFERENCE))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining(sentence);
    }

    static Stream<Arguments> brokenManifests() {
        Path streaming = TestPackages.STREAMING_RECOGNITION;
        return Stream.of(
                broken(streaming, json -> temporal(json).remove("reach"), "so it needs temporal.reach"),
                broken(
                        streaming,
                        json -> temporal(json).put("reach", 3),
                        "temporal.reach must be temporal.frames to 512"),
                broken(
                        streaming,
                        json -> temporal(json).put("reach", 513),
                        "temporal.reach must be temporal.frames to 512"),
                broken(
                        TestPackages.RECOGNITION,
                        json -> temporal(json).put("reach", 6),
                        "temporal.reach, which belongs to one with a graph \"step\""),
                broken(streaming, json -> graphs(json).remove("start"), "needs a graph \"start\""),
                broken(
                        streaming,
                        json -> graphs(json)
                                .set("step", graphs(json).get("start").deepCopy()),
                        "graph step: the inputs must be [frame, state_means], are [frame]"),
                broken(
                        streaming,
                        json -> graphs(json)
                                .set("start", graphs(json).get("step").deepCopy()),
                        "graph start: the inputs must be [frame], are [frame, state_means]"),
                broken(
                        streaming,
                        json -> json.withArray("labels").add("fifth"),
                        "output logits must be float32 [1, 5]"));
    }

    private static Arguments broken(Path original, Consumer<ObjectNode> damage, String sentence) {
        return Arguments.of(original, damage, sentence);
    }

    private static ObjectNode temporal(ObjectNode json) {
        return (ObjectNode) json.get("temporal");
    }

    private static ObjectNode graphs(ObjectNode json) {
        return (ObjectNode) json.get("graphs");
    }
}
