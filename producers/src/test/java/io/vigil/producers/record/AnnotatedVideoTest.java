package io.vigil.producers.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vigil.schema.Box;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Java2DFrameConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotatedVideoTest {

    private static final Instant BEGIN = Instant.parse("2026-01-01T12:00:00.5Z");
    private static final Color GREY = new Color(60, 60, 60);

    @TempDir
    private Path directory;

    @Test
    void everyFrameShouldBeShownFromItsCaptureTime() throws Exception {
        long[] times = {0, 100, 133, 1_700, 1_700, 60_000};
        Path file = directory.resolve("a.mp4");
        try (AnnotatedVideo video = new AnnotatedVideo(file)) {
            for (long time : times) {
                assertThat(video.add(frame(320, 240, time), List.of())).isTrue();
            }
            video.finish();
            assertThat(video.frames()).isEqualTo(times.length);
        }

        assertThat(read(file)).extracting(Shown::millis).satisfies(shown -> {
            assertThat(shown).hasSameSizeAs(times);
            for (int i = 0; i < times.length; i++) {
                assertThat(shown.get(i)).isCloseTo(times[i], within(1L));
            }
        });
    }

    @Test
    void boxesShouldBeInThePicture() throws Exception {
        Path file = directory.resolve("b.mp4");
        try (AnnotatedVideo video = new AnnotatedVideo(file)) {
            video.add(frame(320, 240, 0), List.of(new Box("person", 0.9f, 100f, 80f, 60f, 100f, "1-2-0")));
            video.add(frame(320, 240, 40), List.of());
            video.finish();
        }

        List<Shown> shown = read(file);
        for (int[] edge : new int[][] {{100, 130}, {159, 130}, {130, 179}}) {
            assertThat(difference(shown.get(0).picture(), edge[0], edge[1]))
                    .as("edge at %d, %d", edge[0], edge[1])
                    .isGreaterThan(60);
        }
        assertThat(difference(shown.get(0).picture(), 130, 130)).as("inside").isLessThan(20);
        assertThat(difference(shown.get(0).picture(), 20, 20)).as("outside").isLessThan(20);
        assertThat(difference(shown.get(1).picture(), 100, 130))
                .as("next frame")
                .isLessThan(20);
    }

    @Test
    void firstFrameShouldSetTheSize() throws Exception {
        Path file = directory.resolve("c.mp4");
        try (AnnotatedVideo video = new AnnotatedVideo(file)) {
            video.add(frame(321, 241, 0), List.of());
            video.add(frame(640, 480, 40), List.of(new Box("car", 0.5f, -20f, -5f, 4000f, 4000f, null)));
            video.finish();
        }

        assertThat(read(file)).hasSize(2).allSatisfy(shown -> {
            assertThat(shown.picture().getWidth()).isEqualTo(320);
            assertThat(shown.picture().getHeight()).isEqualTo(240);
        });
    }

    @Test
    void brokenPictureShouldBeLeftOut() throws Exception {
        try (AnnotatedVideo video = new AnnotatedVideo(directory.resolve("d.mp4"))) {
            assertThat(video.add(frame(new byte[0], 0), List.of())).isFalse();
            assertThat(video.add(frame(new byte[] {1, 2, 3}, 0), List.of())).isFalse();
            assertThat(video.frames()).isZero();
        }
    }

    @Test
    void fileThatCannotBeWrittenShouldBeNamed() throws Exception {
        Path file = directory.resolve("missing").resolve("e.mp4");
        try (AnnotatedVideo video = new AnnotatedVideo(file)) {
            Frame frame = frame(64, 48, 0);

            assertThatThrownBy(() -> video.add(frame, List.of()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    private static Frame frame(int width, int height, long millis) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(GREY);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", jpeg);
        return frame(jpeg.toByteArray(), millis);
    }

    private static Frame frame(byte[] image, long millis) {
        return new Frame(
                "yard",
                1L,
                millis,
                BEGIN.plusMillis(millis),
                320,
                240,
                FrameEncoding.JPEG,
                ByteBuffer.wrap(image),
                null);
    }

    private static List<Shown> read(Path file) throws Exception {
        List<Shown> shown = new ArrayList<>();
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile());
                Java2DFrameConverter converter = new Java2DFrameConverter()) {
            grabber.start();
            for (var frame = grabber.grabImage(); frame != null; frame = grabber.grabImage()) {
                BufferedImage picture = converter.convert(frame);
                BufferedImage copy =
                        new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
                copy.createGraphics().drawImage(picture, 0, 0, null);
                shown.add(new Shown(Math.round(frame.timestamp / 1000.0), copy));
            }
        }
        return shown;
    }

    private static int difference(BufferedImage picture, int x, int y) {
        Color colour = new Color(picture.getRGB(x, y));
        return Math.max(
                Math.abs(colour.getRed() - GREY.getRed()),
                Math.max(Math.abs(colour.getGreen() - GREY.getGreen()), Math.abs(colour.getBlue() - GREY.getBlue())));
    }

    private record Shown(long millis, BufferedImage picture) {}
}
