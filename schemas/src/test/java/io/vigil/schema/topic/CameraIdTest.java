package io.vigil.schema.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CameraIdTest {

    @Test
    void shouldTakeNamesThatAreSafeInTopicsAndFiles() {
        assertThat(new CameraId("north-gate_2.left")).hasToString("north-gate_2.left");
        assertThat(CameraId.isValid("a".repeat(128))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".hidden", "a/b", "a b", "ä", "a\n", "<b>"})
    void shouldRefuseEverythingElse(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> new CameraId(id));
    }

    @Test
    void lengthMustBeAtMost128() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CameraId("a".repeat(129)));
    }
}
