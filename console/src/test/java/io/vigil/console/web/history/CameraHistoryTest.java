package io.vigil.console.web.history;

import static io.vigil.console.testing.ResultFixture.actions;
import static io.vigil.console.testing.ResultFixture.captured;
import static io.vigil.console.testing.ResultFixture.detections;
import static io.vigil.console.testing.ResultFixture.skipped;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.schema.Actions;
import io.vigil.schema.Detections;
import io.vigil.schema.SkipReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CameraHistoryTest {

    private static final long AN_HOUR_LATER = CameraHistory.SPAN.toMillis() / 40;

    private final CameraHistory camera = new CameraHistory();

    @Test
    void momentShouldBeAnsweredWithTheFrameThatWasShownThen() {
        camera.add(detections("gate", 1, 10));
        camera.add(detections("gate", 1, 20));

        assertThat(sequenceAt(9)).isEqualTo(10);
        assertThat(sequenceAt(19)).isEqualTo(10);
        assertThat(sequenceAt(20)).isEqualTo(20);
        assertThat(sequenceAt(500)).isEqualTo(20);
        assertThat(camera.beside(captured(10), true).orElseThrow().getSequence())
                .isEqualTo(20);
        assertThat(camera.beside(captured(10), false)).isEmpty();
    }

    @Test
    void whatIsOlderThanAnHourShouldBeForgotten() {
        camera.add(detections("gate", 1, 0));
        camera.add(skipped("gate", 1, 1, SkipReason.OVERLOADED));
        camera.add(detections("gate", 1, AN_HOUR_LATER + 1));

        assertThat(sequenceAt(0)).isEqualTo(AN_HOUR_LATER + 1);
        assertThat(camera.at(captured(0)).map(Detections::getSequence)).contains(AN_HOUR_LATER + 1);
    }

    @Test
    void clipsThatFollowEachOtherAreOneAction() {
        camera.add(clip(0, 3));
        camera.add(clip(10, 13));
        camera.add(clip(500, 503));

        assertThat(camera.actions(captured(0), captured(1000)))
                .containsExactly(
                        new ActionSpan(captured(0), captured(13), "sitting down", 0.8f),
                        new ActionSpan(captured(500), captured(503), "sitting down", 0.8f));
        assertThat(camera.actionAt(captured(12))).isPresent();
        assertThat(camera.actionAt(captured(300))).isEmpty();
    }

    @Test
    void timelineShouldCountTheMostObjectsOfAPictureInEachBin() {
        camera.add(detections("gate", 1, 0, "person", "person", "dog"));
        camera.add(detections("gate", 1, 1, "person"));
        camera.add(detections("gate", 1, 60));
        camera.add(skipped("gate", 1, 61, SkipReason.OVERLOADED));

        ObjectNode two = timeline(0.5);
        assertThat(two.get("labels").toString())
                .isEqualTo("[{\"label\":\"dog\",\"objects\":[1,0]},{\"label\":\"person\",\"objects\":[2,0]}]");
        assertThat(two.get("analysed").toString()).isEqualTo("[2,1]");
        assertThat(two.get("skipped").toString()).isEqualTo("[0,1]");
        assertThat(timeline(0.8).get("labels")).isEmpty();
    }

    private static Actions clip(long first, long last) {
        Actions clip = actions("gate", 1);
        return new Actions(
                clip.getCameraId(),
                clip.getEpoch(),
                captured(first),
                captured(last),
                clip.getSequences(),
                clip.getModelName(),
                clip.getModelVersion(),
                clip.getScores(),
                clip.getTimings());
    }

    private ObjectNode timeline(double minScore) {
        return new Timeline(captured(0), captured(0).plus(Duration.ofSeconds(4)), 2, minScore).of(camera);
    }

    private long sequenceAt(long sequence) {
        return camera.at(captured(sequence)).orElseThrow().getSequence();
    }
}
