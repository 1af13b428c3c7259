package io.vigil.console.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.results.Tally;
import io.vigil.console.testing.ResultFixture;
import io.vigil.producers.publish.DropReason;
import io.vigil.schema.SkipReason;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final StartTimes TIMES = new StartTimes(
            ResultFixture.captured(0).minusSeconds(3), ResultFixture.captured(0).minusSeconds(2));

    private final Tally tally = new Tally(Instant.EPOCH, Tally.CaptureTimes.recorded());

    @Test
    void jsonShouldHaveTheDocumentedNames(@TempDir Path directory) throws Exception {
        // Given:
        tally.detections(
                ResultFixture.detections("gate", 1, 0, "person", "car"),
                ResultFixture.captured(0).plusMillis(120));
        tally.skipped(ResultFixture.skipped("gate", 1, 1, SkipReason.OVERLOADED), ResultFixture.captured(1));
        tally.deadLetter(Optional.of("gate"), ResultFixture.deadLetter(), ResultFixture.captured(2));
        tally.actions(ResultFixture.actions("gate", 1), ResultFixture.captured(2));
        Path file = directory.resolve("report.json");

        // When:
        report(4, Map.of(DropReason.QUEUE_FULL, 1L)).writeTo(file);

        // Then:
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.get("cameras").asInt()).isEqualTo(1);
        assertThat(json.get("seconds").asDouble()).isEqualTo(2);
        assertThat(json.get("frames_captured").asInt()).isEqualTo(4);
        assertThat(json.get("frames_dropped").asInt()).isEqualTo(1);
        assertThat(json.get("frames_analysed").asInt()).isEqualTo(1);
        assertThat(json.get("frames_skipped").asInt()).isEqualTo(1);
        assertThat(json.get("dead_letters").asInt()).isEqualTo(1);
        assertThat(json.get("detections").asInt()).isEqualTo(2);
        assertThat(json.get("actions").asInt()).isEqualTo(1);
        assertThat(json.get("fps").asDouble()).isEqualTo(0.5);
        assertThat(json.get("first_result_seconds").asDouble()).isEqualTo(3.12);
        assertThat(json.get("first_result_after_broker_seconds").asDouble()).isEqualTo(2.12);
        assertThat(json.get("latency_ms").get("p50").asDouble()).isBetween(119.0, 121.0);
        assertThat(json.get("latency_ms").has("p95")).isTrue();
        assertThat(json.get("latency_ms").has("p99")).isTrue();
        assertThat(json.get("model_ms").get("p50").asDouble()).isCloseTo(ResultFixture.MODEL_MS, within(0.1));
        assertThat(json.get("accounted").asBoolean()).isTrue();
    }

    @Test
    void frameWithoutOutcomeShouldBeMissed() {
        tally.detections(ResultFixture.detections("gate", 1, 0), ResultFixture.captured(0));

        Report report = report(2, Map.of());

        assertThat(report.accounted()).isFalse();
        assertThat(report.summary()).contains("1 MISSING");
    }

    @Test
    void outcomeWithoutFrameShouldBeNoticed() {
        tally.detections(ResultFixture.detections("gate", 1, 0), ResultFixture.captured(0));
        tally.detections(ResultFixture.detections("gate", 1, 0), ResultFixture.captured(0));

        assertThat(report(1, Map.of()).accounted()).isFalse();
    }

    private Report report(long captured, Map<DropReason, Long> dropped) {
        return Report.of(1, 2, TIMES, new CaptureTotals(captured, dropped), tally.totals());
    }
}
