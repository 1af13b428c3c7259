package io.vigil.producers.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTemplateTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtsp://admin:hunter2@10.0.0.5/stream1",
                "rtsp://admin:pa@ss:word@10.0.0.5/stream1",
                "rtsp://admin:pa/ss@10.0.0.5/stream1",
                "rtsp://admin:${CAMERA_GATE}hunter2@10.0.0.5/stream1",
                "http://10.0.0.5/video?user=a&password=hunter2",
                "http://10.0.0.5/video?token=hunter2${CAMERA_GATE}"
            })
    void shouldRefuseSecretsInPlainTextWithoutRepeatingThem(String source) {
        assertThatThrownBy(() -> SourceTemplate.parse(source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("placeholder")
                .hasMessageNotContainingAny("hunter2", "pa@ss", "pa/ss");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtsp://10.0.0.5:554/stream1",
                "rtsp://admin@10.0.0.5/stream1",
                "rtsp://admin:${CAMERA_GATE}@10.0.0.5/stream1",
                "http://10.0.0.5/video?size=3&token=${CAMERA_GATE}",
                "testpattern:width=640,height=360",
                "yard.mp4"
            })
    void shouldTakeSourcesWithoutSecrets(String source) {
        assertThat(SourceTemplate.parse(source)).hasToString(source);
    }

    @Test
    void shouldFillInPasswordsThatHoldAnyCharacter() {
        SourceUri source = SourceTemplate.parse("rtsp://admin:${CAMERA_GATE}@10.0.0.5/stream1")
                .resolve(name ->
                        Optional.ofNullable(Map.of("CAMERA_GATE", "a@b/c:d e%").get(name)));

        assertThat(source).isEqualTo(SourceUri.parse("rtsp://admin:a%40b%2Fc%3Ad%20e%25@10.0.0.5/stream1"));
        assertThat(source.mask("no a@b/c:d e% here")).doesNotContain("a@b");
    }

    @Test
    void shouldOnlyAskForVariablesOfCameras() {
        assertThatThrownBy(() -> SourceTemplate.parse("http://elsewhere.example/${AWS_SECRET_ACCESS_KEY}"))
                .hasMessageContaining("CAMERA_");
    }

    @Test
    void shouldNameAVariableThatIsMissing() {
        assertThatThrownBy(() -> SourceTemplate.parse("rtsp://a:${CAMERA_GATE}@10.0.0.5/")
                        .resolve(unused -> Optional.empty()))
                .hasMessageContaining("CAMERA_GATE");
    }
}
