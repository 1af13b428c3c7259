package io.vigil.producers.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.encode.Jpeg;
import io.vigil.producers.testing.Cameras;
import io.vigil.producers.testing.Clip;
import io.vigil.producers.testing.Jpegs;
import io.vigil.producers.testing.VideoServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FfmpegFrameSourceTest {

    @TempDir
    private Path folder;

    @Test
    void shouldGiveEveryFrameOfAFileWithItsMediaTime() throws Exception {
        List<Grabbed> grabbed = grabAll(Cameras.camera("yard", Clip.mpeg4(folder.resolve("clip.avi"), 30)));

        assertThat(grabbed)
                .extracting(Grabbed::mediaTimeMicros)
                .containsExactlyElementsOf(
                        LongStream.range(0, 30).mapToObj(i -> i * 40_000).toList());
        assertThat(grabbed).allSatisfy(frame -> {
            assertThat(frame.jpeg().width()).isEqualTo(Clip.WIDTH);
            assertThat(frame.jpeg().height()).isEqualTo(Clip.HEIGHT);
        });
        assertThat(Clip.squareIn(Jpegs.decode(grabbed.get(20).jpeg().bytes()))).isBetween(78, 82);
    }

    @Test
    void shouldScaleDownToTheWantedWidthAndNeverUp() throws Exception {
        Path clip = Clip.mpeg4(folder.resolve("clip.avi"), 2);

        Jpeg small = grabAll(Cameras.camera("yard", clip).withWidth(160)).get(0).jpeg();
        Jpeg same =
                grabAll(Cameras.camera("yard", clip).withWidth(4_000)).get(0).jpeg();

        assertThat(Jpegs.decode(small.bytes()).getWidth())
                .isEqualTo(small.width())
                .isEqualTo(160);
        assertThat(Jpegs.decode(small.bytes()).getHeight())
                .isEqualTo(small.height())
                .isEqualTo(120);
        assertThat(same.width()).isEqualTo(Clip.WIDTH);
    }

    @Test
    void shouldPassMjpegThroughByteForByte() throws Exception {
        List<byte[]> pictures = Stream.of(70, 75, 80, 85)
                .map(quality -> Jpegs.noise(96, 64, quality))
                .toList();
        try (VideoServer server = new VideoServer()) {
            server.serveMjpeg("/video", pictures);

            List<Grabbed> grabbed = grabAll(Cameras.camera("yard", server.url("/video")));

            assertThat(grabbed)
                    .extracting(frame -> frame.jpeg().bytes())
                    .usingElementComparator(Arrays::compare)
                    .containsExactlyElementsOf(pictures);
            assertThat(grabbed.get(0).jpeg().width()).isEqualTo(96);
        }
    }

    @Test
    void shouldCompleteMjpegPicturesThatLackTheirTables() throws Exception {
        byte[] picture = Jpegs.noise(96, 64, 80);
        try (VideoServer server = new VideoServer()) {
            server.serveMjpeg("/video", List.of(Jpegs.withoutHuffmanTables(picture), picture));

            Jpeg completed =
                    grabAll(Cameras.camera("yard", server.url("/video"))).get(0).jpeg();

            assertThat(Jpegs.decode(completed.bytes()).getRGB(50, 40))
                    .isEqualTo(Jpegs.decode(picture).getRGB(50, 40));
        }
    }

    @Test
    void shouldDecodeMjpegOnlyWhereItMustBeScaled() throws Exception {
        Path clip = Clip.mjpeg(folder.resolve("clip.mkv"), 5);

        List<Grabbed> grabbed = grabAll(Cameras.camera("yard", clip).withWidth(160));

        assertThat(grabbed).hasSize(5);
        assertThat(Jpegs.decode(grabbed.get(4).jpeg().bytes()).getWidth()).isEqualTo(160);
    }

    @Test
    void shouldTakeARecordingOnAServerAsSomethingThatEndsAndMustBePaced() throws Exception {
        try (VideoServer server = new VideoServer()) {
            server.serve("/clip.avi", "video/avi", Files.readAllBytes(Clip.mpeg4(folder.resolve("clip.avi"), 10)));
            try (FrameSource source = open(Cameras.camera("yard", server.url("/clip.avi")))) {
                assertThat(source.hasEnd()).isTrue();
                assertThat(source.needsPacing()).isTrue();
                assertThat(drain(source)).hasSize(10);
            }
        }
    }

    @Test
    void shouldReadHls() throws Exception {
        try (VideoServer server = new VideoServer()) {
            server.serve("/0.ts", "video/mp2t", Files.readAllBytes(Clip.segment(folder.resolve("0.ts"), 25)));
            server.serve("/live.m3u8", "application/vnd.apple.mpegurl", playlist("0.ts"));

            assertThat(grabAll(Cameras.camera("yard", server.url("/live.m3u8"))))
                    .hasSize(25);
        }
    }

    @Test
    void shouldNotReadLocalFilesForAPlaylistOfTheNetwork() throws Exception {
        Path secret = Clip.segment(folder.resolve("secret.ts"), 25);
        try (VideoServer server = new VideoServer()) {
            server.serve("/live.m3u8", "application/vnd.apple.mpegurl", playlist("file://" + secret));

            assertThat(failureOf(Cameras.camera("yard", server.url("/live.m3u8"))))
                    .isNotNull();
        }
    }

    @Test
    void shouldNotTakeAPlaylistForAVideoFile() throws Exception {
        Clip.segment(folder.resolve("other.ts"), 25);
        Path playlist = Files.write(folder.resolve("list.m3u8"), playlist("other.ts"));

        assertThat(failureOf(Cameras.camera("yard", playlist)).kind()).isEqualTo(SourceException.Kind.PERMANENT);
    }

    @Test
    void shouldSayWhatIsWrongWithAFileForGood() throws Exception {
        SourceException missing = failureOf(Cameras.camera("yard", folder.resolve("none.mp4")));
        SourceException text = failureOf(Cameras.camera("yard", Files.writeString(folder.resolve("a.mp4"), "text")));

        assertThat(missing.kind()).isEqualTo(SourceException.Kind.PERMANENT);
        assertThat(missing).hasMessageContaining("there is no file").hasMessageContaining("none.mp4");
        assertThat(text.kind()).isEqualTo(SourceException.Kind.PERMANENT);
        assertThat(text).hasMessageContaining("Invalid data found");
    }

    @Test
    void shouldTellRefusedCredentialsFromOtherFailures() throws Exception {
        try (VideoServer server = new VideoServer()) {
            server.refuse("/private", 401);
            server.refuse("/busy", 503);

            assertThat(failureOf(Cameras.camera("yard", server.url("/private"))).kind())
                    .isEqualTo(SourceException.Kind.DENIED);
            assertThat(failureOf(Cameras.camera("yard", server.url("/busy"))).kind())
                    .isEqualTo(SourceException.Kind.TEMPORARY);
        }
    }

    @Test
    void shouldLiveThroughAFileThatIsDamagedInTheMiddle() throws Exception {
        byte[] bytes = Files.readAllBytes(Clip.mpeg4(folder.resolve("clip.avi"), 100));
        byte[] noise = new byte[2_000];
        new Random(5).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, bytes.length / 2, noise.length);
        Path damaged = Files.write(folder.resolve("damaged.avi"), bytes);

        assertThat(grabAll(Cameras.camera("yard", damaged))).hasSizeGreaterThan(40);
    }

    @Test
    void shouldLoopAsOneStreamWhoseTimeGoesOn() throws Exception {
        CameraConfig camera = Cameras.camera("yard", Clip.mpeg4(folder.resolve("clip.avi"), 4))
                .withLoop(true);
        List<Long> times = new ArrayList<>();
        try (FrameSource source = FrameSources.standard(Duration.ofSeconds(5)).create(camera)) {
            source.open();
            for (int i = 0; i < 10; i++) {
                times.add(source.next().mediaTimeMicros());
            }
        }

        assertThat(times)
                .containsExactlyElementsOf(
                        LongStream.range(0, 10).mapToObj(i -> i * 40_000).toList());
    }

    private static byte[] playlist(String segment) {
        return """
                #EXTM3U
                #EXT-X-TARGETDURATION:1
                #EXTINF:1.0,
                %s
                #EXT-X-ENDLIST
                """.formatted(segment).getBytes(StandardCharsets.UTF_8);
    }

    private static SourceException failureOf(CameraConfig camera) {
        return catchThrowableOfType(SourceException.class, () -> grabAll(camera));
    }

    private static List<Grabbed> grabAll(CameraConfig camera) throws SourceException {
        try (FrameSource source = open(camera)) {
            return drain(source);
        }
    }

    private static FrameSource open(CameraConfig camera) throws SourceException {
        FrameSource source = FrameSources.standard(Duration.ofSeconds(5)).create(camera);
        try {
            source.open();
        } catch (SourceException e) {
            source.close();
            throw e;
        }
        return source;
    }

    private static List<Grabbed> drain(FrameSource source) throws SourceException {
        List<Grabbed> grabbed = new ArrayList<>();
        Picture picture = source.next();
        while (picture != null) {
            FrameStamp stamp =
                    new FrameStamp(Cameras.camera("yard", "testpattern:").id(), 1, grabbed.size(), 0);
            grabbed.add(new Grabbed(picture.mediaTimeMicros(), (Jpeg) picture.encode(stamp, 85)));
            picture = source.next();
        }
        return grabbed;
    }

    private record Grabbed(long mediaTimeMicros, Jpeg jpeg) {}
}
