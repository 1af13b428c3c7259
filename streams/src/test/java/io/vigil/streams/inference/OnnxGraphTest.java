package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.streams.testing.TestPackages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
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

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
