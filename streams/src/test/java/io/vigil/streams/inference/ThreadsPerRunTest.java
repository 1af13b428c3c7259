package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.streams.testing.TestPackages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results are a function of frames, model and configuration, not of how busy the processor was. */
class ThreadsPerRunTest {

    private static final int WIDTH = 448;
    private static final int HEIGHT = 336;
    private static final int CLIP = 8;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void shouldDetectTheSameToTheBitWithMoreThreads(int threads) throws Exception {
        for (Path detector : List.of(TestPackages.SHIPPED_DETECTOR, TestPackages.SHIPPED_8_BIT_DETECTOR)) {
            List<float[]> one = detectorOutputs(detector, 1);
            List<float[]> more = detectorOutputs(detector, threads);

            assertThat(one).isNotEmpty().allSatisfy(values -> assertThat(values).isNotEmpty());
            assertThat(more).as("%s", detector).usingRecursiveComparison().isEqualTo(one);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void shouldRecognizeTheSameToTheBitWithMoreThreads(int threads) throws Exception {
        assertThat(logits(threads)).isEqualTo(logits(1));
    }

    /** All that the three graphs say about a picture that is its own support four times. */
    private static List<float[]> detectorOutputs(Path directory, int threads) throws InferenceException {
        try (ModelPackage detector = ModelPackage.load(directory, Manifest.Task.DETECTION, with(threads));
                Tensor image = Tensor.over(noise(HEIGHT * WIDTH * 3), ElementType.UINT8, 1, HEIGHT, WIDTH, 3);
                Tensor size = Tensor.over(floats(HEIGHT, WIDTH), ElementType.FLOAT32, 2);
                Outputs frame = detector.graph("frame").run(Map.of("image", image, "image_size", size));
                Outputs support = detector.graph("support").run(frame.all())) {
            Map<String, Tensor> inputs = new HashMap<>(frame.all());
            inputs.put("image_size", size);
            support.all().forEach((name, part) -> inputs.put(name, fourTimes(part)));
            List<float[]> values = new ArrayList<>(values(frame));
            values.addAll(values(support));
            try (Outputs detections = detector.graph("detect").run(inputs)) {
                values.addAll(values(detections));
            }
            support.all().keySet().forEach(name -> inputs.get(name).close());
            return values;
        }
    }

    private static float[] logits(int threads) throws InferenceException {
        try (ModelPackage recognizer =
                        ModelPackage.load(TestPackages.SHIPPED_RECOGNIZER, Manifest.Task.RECOGNITION, with(threads));
                Tensor clip = Tensor.over(noise(CLIP * 112 * 160 * 3), ElementType.UINT8, 1, CLIP, 112, 160, 3);
                Outputs outputs = recognizer.graph("recognize").run(Map.of("clip", clip))) {
            return values(outputs.get("logits"));
        }
    }

    private static InferenceConfig with(int threads) {
        return new InferenceConfig(threads, threads, false, Duration.ofSeconds(30), Optional.empty());
    }

    private static List<float[]> values(Outputs outputs) {
        return outputs.all().values().stream().map(ThreadsPerRunTest::values).toList();
    }

    private static float[] values(Tensor tensor) {
        float[] values = new float[tensor.floats().remaining()];
        tensor.floats().get(values);
        return values;
    }

    private static Tensor fourTimes(Tensor part) {
        float[] values = values(part);
        ByteBuffer joined = direct(4 * values.length * Float.BYTES);
        for (int i = 0; i < 4; i++) {
            joined.asFloatBuffer().put(i * values.length, values);
        }
        long[] shape = part.shape().clone();
        shape[0] *= 4;
        return Tensor.over(joined, ElementType.FLOAT32, shape);
    }

    private static ByteBuffer noise(int bytes) {
        byte[] values = new byte[bytes];
        new Random(1).nextBytes(values);
        return direct(bytes).put(values).flip();
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer buffer = direct(values.length * Float.BYTES);
        buffer.asFloatBuffer().put(values);
        return buffer;
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
