package io.vigil.console.results;

import static io.vigil.console.testing.ResultFixture.captured;
import static io.vigil.console.testing.ResultFixture.detections;
import static io.vigil.console.testing.ResultFixture.skipped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vigil.console.testing.ResultFixture;
import io.vigil.schema.SkipReason;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TallyTest {

    private final Tally tally = new Tally(Instant.EPOCH, Tally.CaptureTimes.recorded());

    @Test
    void shouldTellCamerasApart() {
        tally.detections(detections("gate", 1, 0), captured(0));
        tally.detections(detections("gate", 1, 1), captured(1));
        tally.skipped(skipped("yard", 1, 0, SkipReason.RATE_LIMITED), captured(0));

        assertThat(tally.read("gate").analysed()).isEqualTo(2);
        assertThat(tally.read("yard").outcomes()).isEqualTo(1);
        assertThat(tally.totals().outcomes()).isEqualTo(3);
    }

    @Test
    void recentLatencyShouldBeThatOfTheLastIntervalOnly() {
        tally.detections(detections("gate", 1, 0), captured(0).plusMillis(900));
        tally.read("gate");
        tally.detections(detections("gate", 1, 1), captured(1).plusMillis(100));

        assertThat(tally.read("gate").recentLatencyMs().orElseThrow()).isCloseTo(100, within(1.0));
        assertThat(tally.read("gate").recentLatencyMs()).isEmpty();
        assertThat(tally.totals().latencyMs().p99()).isCloseTo(900, within(1.0));
    }

    @Test
    void modelTimeShouldLeaveDecodingOut() {
        tally.detections(detections("gate", 1, 0), captured(0));

        assertThat(tally.totals().modelMs().p50()).isCloseTo(ResultFixture.MODEL_MS, within(0.1));
    }

    @Test
    void resultsOfEarlierStreamsShouldNotCount() {
        Tally later = new Tally(Instant.ofEpochSecond(10), Tally.CaptureTimes.recorded());

        later.detections(detections("gate", 9_999_999, 0), captured(0));
        later.detections(detections("gate", 10_000_000, 0), captured(0));

        assertThat(later.totals().analysed()).isEqualTo(1);
    }
}
