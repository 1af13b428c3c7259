package io.vigil.producers.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.encode.H264Picture;
import io.vigil.producers.testing.Cameras;
import io.vigil.producers.testing.Clip;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.h264.AccessUnit;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H264FrameSourceTest {

    private static final Path LEVELS = Path.of("../streams/src/test/resources/h264/levels.h264");
    private static final Path B_FRAMES = Path.of("src/test/resources/b-frames.mp4");

    @TempDir
    private Path folder;

    @Test
    void shouldPassEveryAccessUnitWithParameterSetsInEachIdrFrame() throws Exception {
        List<Picture> pictures = grabAll(Clip.h264(folder.resolve("clip.mp4"), 30, 10));

        assertThat(pictures)
                .extracting(Picture::mediaTimeMicros)
                .containsExactlyElementsOf(
                        LongStream.range(0, 30).mapToObj(i -> i * 40_000).toList());
        assertThat(starts(pictures)).containsExactly(0, 10, 20);
        assertThat(pictures).allSatisfy(picture -> {
            H264Picture passed = passed(picture);
            assertThat(passed.width()).isEqualTo(Clip.WIDTH);
            assertThat(passed.height()).isEqualTo(Clip.HEIGHT);
            AccessUnit unit = AccessUnit.read(ByteBuffer.wrap(passed.bytes()));
            assertThat(unit.hasSlices()).isTrue();
            assertThat(unit.startsGroup()).isEqualTo(passed.startsGroup());
        });
    }

    @Test
    void shouldPassAByteStreamAsItIsFromItsFirstIdrFrameOn() throws Exception {
        byte[] whole = Files.readAllBytes(LEVELS);
        Path begunLate = folder.resolve("late.h264");
        int second = secondAccessUnit(whole);
        Files.write(begunLate, Arrays.copyOfRange(whole, second, whole.length));

        List<Picture> all = grabAll(LEVELS);
        List<Picture> late = grabAll(begunLate);

        assertThat(all).hasSize(40);
        assertThat(all.stream()
                        .mapToInt(picture -> passed(picture).bytes().length)
                        .sum())
                .isEqualTo(whole.length);
        assertThat(late).hasSize(30);
        assertThat(starts(late)).containsExactly(0, 10, 20);
    }

    @Test
    void shouldRefuseAnotherCodecAndSayWhatToDo() throws Exception {
        SourceException refusal = refusal(Clip.mpeg4(folder.resolve("clip.avi"), 5));

        assertThat(refusal.kind()).isEqualTo(SourceException.Kind.PERMANENT);
        assertThat(refusal)
                .hasMessage("its video is mpeg4, and only H.264 passes as it is; set the source to H.264,"
                        + " or set encoding = jpeg for this camera");
    }

    @Test
    void shouldRefuseBFramesAndSayWhatToDo() {
        SourceException refusal = refusal(B_FRAMES);

        assertThat(refusal.kind()).isEqualTo(SourceException.Kind.PERMANENT);
        assertThat(refusal).hasMessageStartingWith("it has B-frames").hasMessageContaining("switch them off");
    }

    private static SourceException refusal(Path file) {
        return catchThrowableOfType(SourceException.class, () -> grabAll(file));
    }

    private static List<Integer> starts(List<Picture> pictures) {
        return IntStream.range(0, pictures.size())
                .filter(i -> passed(pictures.get(i)).startsGroup())
                .boxed()
                .toList();
    }

    private static H264Picture passed(Picture picture) {
        return (H264Picture) picture.encode(null, 85);
    }

    /** Where the second access unit delimiter lies. */
    private static int secondAccessUnit(byte[] stream) {
        return IntStream.range(1, stream.length)
                .filter(i -> stream[i] == 0
                        && stream[i + 1] == 0
                        && stream[i + 2] == 0
                        && stream[i + 3] == 1
                        && stream[i + 4] == 9)
                .findFirst()
                .orElseThrow();
    }

    private static List<Picture> grabAll(Path file) throws SourceException {
        CameraConfig camera = Cameras.camera("yard", file).withEncoding(FrameEncoding.H264);
        List<Picture> pictures = new ArrayList<>();
        try (FrameSource source = FrameSources.standard(Duration.ofSeconds(5)).create(camera)) {
            source.open();
            for (Picture picture = source.next(); picture != null; picture = source.next()) {
                pictures.add(picture);
            }
        }
        return pictures;
    }
}
