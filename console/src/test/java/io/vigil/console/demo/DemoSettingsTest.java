package io.vigil.console.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.SourceUri;
import io.vigil.schema.FrameEncoding;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DemoSettingsTest {

    @Test
    void inputsShouldRepeatUntilThereAreEnoughCameras() {
        DemoSettings settings = settings(5, false, "a.mp4", "b.mp4");

        assertThat(settings.cameraConfigs())
                .extracting(camera -> camera.id() + " " + camera.source())
                .containsExactly(
                        "camera-1 a.mp4", "camera-2 b.mp4", "camera-3 a.mp4", "camera-4 b.mp4", "camera-5 a.mp4");
    }

    @Test
    void filesShouldLoopUnlessUnpaced() {
        assertThat(settings(1, false, "a.mp4").cameraConfigs())
                .allMatch(CameraConfig::loop)
                .noneMatch(CameraConfig::lossless);
        assertThat(settings(1, true, "a.mp4").cameraConfigs())
                .noneMatch(CameraConfig::loop)
                .allMatch(CameraConfig::lossless);
    }

    @Test
    void endlessTestPatternCannotBeUnpaced() {
        assertThatThrownBy(() -> settings(1, true, "testpattern:"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no end");
        assertThat(settings(1, true, "testpattern:frames=9").cameraConfigs()).hasSize(1);
    }

    @Test
    void testPatternCannotPassAsH264() {
        assertThatThrownBy(() -> settings(1, false, FrameEncoding.H264, "testpattern:"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leave --encoding out");
        assertThat(settings(1, false, FrameEncoding.H264, "a.mp4").cameraConfigs())
                .extracting(CameraConfig::encoding)
                .containsExactly(FrameEncoding.H264);
    }

    private static DemoSettings settings(int cameras, boolean unpaced, String... inputs) {
        return settings(cameras, unpaced, FrameEncoding.JPEG, inputs);
    }

    private static DemoSettings settings(int cameras, boolean unpaced, FrameEncoding encoding, String... inputs) {
        return new DemoSettings(
                List.of(inputs).stream().map(SourceUri::parse).toList(),
                cameras,
                Optional.empty(),
                unpaced,
                encoding,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Path.of("detector"),
                Optional.empty(),
                Optional.empty());
    }
}
