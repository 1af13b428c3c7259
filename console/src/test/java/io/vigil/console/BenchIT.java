package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.testing.VigilProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bench too short to mean anything, to see that every part measures something and that the figures fit together. */
class BenchIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(6);

    @TempDir
    private Path directory;

    @Test
    void shouldReportEveryPart() throws Exception {
        Path report = directory.resolve("bench.json");

        try (VigilProcess bench = VigilProcess.start(
                directory,
                "bench",
                "--seconds=2s",
                "--rounds=1",
                "--partitions=2",
                "--cameras=2",
                "--camera-counts=1,3",
                "--loads=0.5",
                "--report=" + report)) {
            assertThat(bench.awaitExit(RUN_LIMIT)).as(bench.output()).isZero();
        }

        JsonNode measured = new ObjectMapper().readTree(report.toFile());
        double raw = measured.get("raw_fps").asDouble();
        assertThat(raw).isPositive();
        assertThat(measured.get("recompute_fps").asDouble())
                .isPositive()
                .isLessThan(measured.get("reuse_fps").asDouble());
        assertThat(measured.get("efficiency").asDouble())
                .isCloseTo(measured.get("service_fps").asDouble() / raw, within(1e-9));
        assertThat(List.of("decode", "resize", "frame_graph", "detect_graph", "kafka_clients", "broker"))
                .allSatisfy(use -> assertThat(
                                measured.get("cpu_ms_per_frame").get(use).asDouble())
                        .as(use)
                        .isPositive());
        assertThat(measured.get("stage_ms").get("detect").asDouble()).isPositive();
        assertThat(measured.get("kafka_bytes_per_frame").asDouble()).isPositive();
        assertThat(measured.get("cameras"))
                .extracting(spread -> spread.get("cameras").asInt())
                .containsExactly(1, 3);
        assertThat(measured.get("cameras"))
                .allSatisfy(spread -> assertThat(spread.get("resident_mb").asDouble())
                        .as("the whole process, of which the heap is a part")
                        .isGreaterThan(spread.get("heap_mb").asDouble()));
        assertThat(measured.get("latency")).hasSize(2).allSatisfy(latency -> assertThat(
                        latency.get("latency_ms").get("p50").asDouble())
                .isPositive());
    }
}
