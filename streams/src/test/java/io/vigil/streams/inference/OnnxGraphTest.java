package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtSession;
import io.vigil.streams.testing.TestPackages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OnnxGraphTest {

    private final ModelPackage loaded =
            ModelPackage.load(TestPackages.RECOGNITION, Manifest.Task.RECOGNITION, TestPackages.INFERENCE);

    @AfterEach
    void close() {
        loaded.close();
    }

    @Test
    void shouldSeeMemoryOfTheCallerWithoutACopy() throws InferenceException {
        ByteBuffer clip = direct(4 * 16 * 16 * 3);
        try (Tensor tensor = Tensor.over(clip, ElementType.UINT8, 1, 4, 16, 16, 3)) {
            for (int i = 0; i < 16 * 16 * 3; i++) {
                clip.put(i, (byte) 200);
            }
            try (Outputs outputs = loaded.graph("recognize").run(Map.of("clip", tensor))) {
                assertThat(outputs.get("logits").floats().array()).containsExactly(20, 0, 0, 0);
            }
        }
    }

    @Test
    void shouldFailWithTheNameOfTheGraphWhenItIsFedAnotherShape() {
        try (Tensor tensor = Tensor.over(direct(16 * 16 * 3), ElementType.UINT8, 1, 1, 16, 16, 3)) {
            assertThatThrownBy(() -> loaded.graph("recognize").run(Map.of("clip", tensor)))
                    .isInstanceOf(InferenceException.class)
                    .hasMessageContaining("graph recognize failed");
        }
    }

    @Test
    void shouldRefuseMemoryThatOnnxRuntimeWouldHaveToCopy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.over(ByteBuffer.allocate(3), ElementType.UINT8, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Tensor.over(ByteBuffer.allocateDirect(4).order(ByteOrder.BIG_ENDIAN), ElementType.FLOAT32, 1));
    }

    /** As on CUDA: several stream threads ask, one thread runs. */
    @Test
    void shouldAnswerEveryThreadItsOwnFromAThreadThatRunsForAll() throws Exception {
        Path file = TestPackages.RECOGNITION.resolve("recognize.onnx");
        OrtSession session = Sessions.of(TestPackages.INFERENCE).open(content(file));
        Manifest.Graph declared = loaded.manifest().graphs().get("recognize");
        try (RunDeadline deadline = new RunDeadline(Duration.ofSeconds(30));
                OnnxGraph graph = new OnnxGraph(
                        "recognize",
                        declared,
                        session,
                        Optional.empty(),
                        new DedicatedThread("inference-recognize"),
                        deadline)) {
            List<Integer> tenths = IntStream.range(0, 100)
                    .parallel()
                    .mapToObj(brightness -> Math.round(10 * firstLogit(graph, brightness)))
                    .toList();

            assertThat(tenths).isEqualTo(IntStream.range(0, 100).boxed().toList());
        }
    }

    private static ByteBuffer content(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        return direct(content.length).put(content).flip();
    }

    private static float firstLogit(OnnxGraph graph, int brightness) {
        ByteBuffer clip = direct(4 * 16 * 16 * 3);
        for (int i = 0; i < 16 * 16 * 3; i++) {
            clip.put(i, (byte) brightness);
        }
        try (Tensor tensor = Tensor.over(clip, ElementType.UINT8, 1, 4, 16, 16, 3);
                Outputs outputs = graph.run(Map.of("clip", tensor))) {
            return outputs.get("logits").floats().get(0);
        } catch (InferenceException e) {
            throw new AssertionError(e);
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
