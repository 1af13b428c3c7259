package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.vigil.streams.testing.TestPackages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The emulation of half precision by which its accuracy is measured (docs/model-package.md). The graph of make_rounding_graph.py
 * multiplies by 1000, by 1000 and by 0.001, and half precision ends at 65504.
 */
class HalfPrecisionTest {

    /** ONNX Runtime removes casts between which nothing happens, and with them the roundings. */
    @Test
    void shouldStillRoundAfterOnnxRuntimeHasOptimizedTheGraph() throws Exception {
        assertThat(answer(0.05f)).isCloseTo(50, offset(0.1f));
        assertThat(answer(0.1f)).isInfinite();
    }

    private static float answer(float number) throws IOException, OrtException {
        try (OrtSession session = Sessions.of(TestPackages.INFERENCE).open(model());
                OnnxTensor x = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), new float[][] {{number}});
                OrtSession.Result result = session.run(Map.of("x", x))) {
            return ((float[][]) result.get(0).getValue())[0][0];
        }
    }

    private static ByteBuffer model() throws IOException {
        try (InputStream resource = HalfPrecisionTest.class.getResourceAsStream("/rounding/emulated.onnx")) {
            byte[] content = Objects.requireNonNull(resource).readAllBytes();
            return ByteBuffer.allocateDirect(content.length)
                    .order(ByteOrder.nativeOrder())
                    .put(content)
                    .flip();
        }
    }
}
