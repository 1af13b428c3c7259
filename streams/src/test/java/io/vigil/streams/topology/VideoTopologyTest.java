package io.vigil.streams.topology;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.streams.testing.ServiceUnderTest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VideoTopologyTest {

    private final ServiceUnderTest service = ServiceUnderTest.with("");

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void shouldShowTheModelTheSupportFramesOldestFirstAndTheKeyFrameLast() {
        service.pipe(frame(0, 0).grey(10))
                .pipe(frame(1, 500).grey(20))
                .pipe(frame(2, 1000).grey(30))
                .pipe(frame(3, 2000).grey(40))
                .pipe(frame(4, 2500).grey(50));

        Detections last = service.detections().get(4);

        assertThat(last.getSupportSequences()).containsExactly(0L, 2L, 3L);
        assertThat(levels(last)).containsExactly(10, 30, 40, 50);
    }

    /** The grey level of each frame that reached the model. */
    private static List<Integer> levels(Detections detections) {
        return detections.getBoxes().stream()
                .map(Box::getW)
                .map(width -> Math.round(width * 255 / detections.getWidth()))
                .toList();
    }
}
