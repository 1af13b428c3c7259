package io.vigil.producers.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.testing.BarCode;
import io.vigil.producers.testing.Cameras;
import io.vigil.producers.testing.Jpegs;
import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestPatternSourceTest {

    @ParameterizedTest
    @ValueSource(strings = {"testpattern:", "testpattern:width=320,height=120", "testpattern:width=1366,height=768"})
    void shouldDrawAFrameNumberThatSurvivesJpeg(String pattern) {
        CameraConfig camera = Cameras.camera("yard", pattern);
        Random random = new Random(3);
        try (TestPatternSource source = new TestPatternSource(camera)) {
            for (long sequence : new long[] {0, 1, 2, 0xFFFF_FFFFL, 0x5555_5555L, random.nextInt(1 << 30)}) {
                assertThat(BarCode.read(draw(source, camera, sequence, 70))).hasValue(sequence);
                assertThat(BarCode.read(draw(source, camera, sequence, 30))).hasValue(sequence);
            }
        }
    }

    @Test
    void shouldKeepTheBarCodeReadableWhenAskedForATinyPicture() {
        CameraConfig camera = Cameras.camera("yard", "testpattern:").withWidth(64);
        try (TestPatternSource source = new TestPatternSource(camera)) {
            assertThat(BarCode.read(draw(source, camera, 12_345, 70))).hasValue(12_345);
        }
    }

    @Test
    void shouldShowCameraFrameNumberAndTime() {
        CameraConfig camera = Cameras.camera("yard", "testpattern:");
        CameraConfig longName = Cameras.camera("y".repeat(128), "testpattern:");
        try (TestPatternSource source = new TestPatternSource(camera)) {
            assertThat(inkInLines(draw(source, camera, 5, 90))).containsOnly(true);
            BufferedImage picture = draw(source, longName, 5, 90);
            assertThat(inkInLines(picture)).containsOnly(true);
            assertThat(hasInk(picture, picture.getWidth() - 8, picture.getWidth(), 0, picture.getHeight() / 2))
                    .as("a long id must not run out of the picture")
                    .isFalse();
        }
    }

    @Test
    void shouldEndAfterTheWantedNumberOfFrames() {
        try (TestPatternSource source = new TestPatternSource(Cameras.camera("yard", "testpattern:frames=2,rate=10"))) {
            assertThat(source.hasEnd()).isTrue();
            assertThat(source.next().mediaTimeMicros()).isZero();
            assertThat(source.next().mediaTimeMicros()).isEqualTo(100_000);
            assertThat(source.next()).isNull();
        }
    }

    private static BufferedImage draw(TestPatternSource source, CameraConfig camera, long sequence, int quality) {
        FrameStamp stamp = new FrameStamp(camera.id(), 1, sequence, 1_700_000_000_000_000L);
        return Jpegs.decode(source.next().encode(stamp, quality).bytes());
    }

    private static boolean[] inkInLines(BufferedImage picture) {
        boolean[] ink = new boolean[3];
        for (int line = 1; line <= 3; line++) {
            int baseline = picture.getHeight() * line / 6;
            ink[line - 1] = hasInk(picture, 0, picture.getWidth(), baseline - picture.getHeight() / 12, baseline);
        }
        return ink;
    }

    private static boolean hasInk(BufferedImage picture, int left, int right, int top, int bottom) {
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                if ((picture.getRGB(x, y) & 0xFF) > 140 && (picture.getRGB(x, y) >> 16 & 0xFF) > 140) {
                    return true;
                }
            }
        }
        return false;
    }
}
