package io.vigil.streams.topology;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.testing.ServiceUnderTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The test detector sees one box per support frame; slots of a minute leave it with the first frame's and its own. */
class TrackingTopologyTest {

    private final ServiceUnderTest service = ServiceUnderTest.with("detection.slot = 1 m");

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void shouldGiveAnObjectTheSameIdFromItsSecondFrameOn() {
        service.pipe(frame(0, 0)).pipe(frame(1, 100)).pipe(frame(2, 200));

        assertThat(service.detections())
                .extracting(detections -> detections.getBoxes().get(0).getTrackId())
                .containsExactly(null, "1-0-0", "1-0-0");
    }

    @Test
    void shouldGoOnWithTheSameIdsAfterARestart() {
        service.pipe(frame(0, 0)).pipe(frame(1, 100)).restart().pipe(frame(2, 200));

        assertThat(trackIds(service.detections().get(0))).containsExactly("1-0-0", "1-1-1");
    }

    @Test
    void shouldNotBeDisturbedByLateAndDuplicateFrames() {
        service.pipe(frame(0, 0))
                .pipe(frame(2, 200))
                .pipe(frame(1, 100))
                .pipe(frame(2, 200))
                .pipe(frame(3, 300));

        assertThat(trackIds(service.detections().get(2))).containsExactly("1-0-0", "1-2-1");
    }

    @Test
    void shouldStartNewTracksWithANewEpoch() {
        service.pipe(frame(0, 0))
                .pipe(frame(1, 100))
                .pipe(frame(0, 200).epoch(2))
                .pipe(frame(1, 300).epoch(2));

        assertThat(trackIds(service.detections().get(3))).startsWith("2-0-0");
    }

    @Test
    void shouldForgetTheTracksOfACameraThatFellSilent() {
        service.pipe(frame(0, 0));
        assertThat(service.storeSize(StoreNames.TRACKS)).isEqualTo(1);

        service.wait(Duration.ofMinutes(6));

        assertThat(service.storeSize(StoreNames.TRACKS)).isZero();
    }

    private static List<String> trackIds(Detections detections) {
        return detections.getBoxes().stream().map(Box::getTrackId).toList();
    }
}
