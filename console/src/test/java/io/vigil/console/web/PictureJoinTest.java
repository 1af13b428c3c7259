package io.vigil.console.web;

import static io.vigil.console.testing.ResultFixture.detections;
import static io.vigil.console.testing.ResultFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vigil.console.testing.H264Video;
import io.vigil.schema.Frame;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureJoinTest {

    private final PictureJoin join = new PictureJoin();

    @Test
    void frameShouldMeetItsOwnDetectionsWhicheverComesFirst() {
        assertThat(join.add(frame("gate", 1, 0))).isEmpty();
        assertThat(join.add(frame("gate", 1, 1))).isEmpty();
        assertThat(join.add(detections("gate", 1, 1)).orElseThrow().jpeg())
                .isEqualTo(frame("gate", 1, 1).getImage());

        assertThat(join.add(detections("gate", 1, 2))).isEmpty();
        assertThat(join.add(frame("gate", 1, 2)).orElseThrow().jpeg())
                .isEqualTo(frame("gate", 1, 2).getImage());
    }

    @Test
    void equalNumbersOfAnotherCameraOrEpochAreOtherFrames() {
        join.add(frame("gate", 1, 0));

        assertThat(join.add(detections("yard", 1, 0))).isEmpty();
        assertThat(join.add(detections("gate", 2, 0))).isEmpty();
    }

    @Test
    void pictureShouldNeverGoBack() {
        join.add(frame("gate", 1, 0));
        join.add(frame("gate", 1, 1));
        join.add(detections("gate", 1, 1));

        assertThat(join.add(detections("gate", 1, 0))).isEmpty();
        assertThat(join.add(frame("gate", 1, 0))).isEmpty();
    }

    @Test
    void oldestFrameShouldBeForgottenWhenFull() {
        for (int sequence = 0; sequence <= PictureJoin.CAPACITY; sequence++) {
            join.add(frame("gate", 1, sequence));
        }

        assertThat(join.add(detections("gate", 1, 0))).isEmpty();
        assertThat(join.add(detections("gate", 1, 1))).isPresent();
    }

    @Test
    void h264PictureShouldBeDecodedAfterThoseBeforeItInItsGroup(@TempDir Path directory) throws Exception {
        List<Frame> frames = H264Video.write(
                        directory.resolve("grey.mp4"), 2 * PictureJoin.CAPACITY, PictureJoin.CAPACITY)
                .frames("gate", Instant.EPOCH);
        frames.forEach(frame -> assertThat(join.add(frame)).isEmpty());

        for (long shown : List.of(100L, 120L)) {
            byte[] jpeg =
                    join.add(detections("gate", 0, shown)).orElseThrow().jpeg().array();
            assertThat(ImageIO.read(new ByteArrayInputStream(jpeg)).getRGB(32, 24) & 0xFF)
                    .isCloseTo(H264Video.level(shown), within(H264Video.TOLERANCE));
        }
        join.close();
    }

    @Test
    void h264PictureShouldAwaitAnIdrFrame(@TempDir Path directory) throws Exception {
        List<Frame> frames =
                H264Video.write(directory.resolve("grey.mp4"), 20, 10).frames("gate", Instant.EPOCH);
        frames.subList(5, 20).forEach(join::add);

        assertThat(join.add(detections("gate", 0, 8))).isEmpty();
        assertThat(join.add(detections("gate", 0, 12))).isPresent();
        join.close();
    }
}
