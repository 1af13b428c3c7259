package io.vigil.producers.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.capture.Backpressure;
import io.vigil.producers.capture.CameraState;
import io.vigil.producers.capture.CaptureSettings;
import io.vigil.producers.publish.DropReason;
import io.vigil.producers.publish.ProducerSettings;
import io.vigil.producers.testing.Cameras;
import io.vigil.producers.testing.SilentServer;
import io.vigil.schema.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class IngestTest {

    /** Nobody listens there. */
    private static final Map<String, ?> NO_BROKER = Map.of("bootstrap.servers", "localhost:1");

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @ParameterizedTest
    @ValueSource(strings = {"rtsp", "http"})
    void shouldGiveUpACameraThatAcceptsAndSaysNothingWithoutDisturbingAnother(String scheme) throws Exception {
        try (SilentServer silent = new SilentServer()) {
            String dead = "%s://127.0.0.1:%d/video".formatted(scheme, silent.port());
            try (Ingest ingest =
                    start(Cameras.camera("dead", dead), Cameras.camera("pattern", "testpattern:rate=50"))) {
                await().atMost(Duration.ofSeconds(20)).until(() -> silent.guests() >= 3);

                CameraStatus deadCamera = ingest.status().get(0);
                assertThat(deadCamera.state()).isNotEqualTo(CameraState.LIVE);
                assertThat(deadCamera.problem()).isPresent();
                assertThat(deadCamera.captured()).isZero();
                CameraStatus pattern = ingest.status().get(1);
                assertThat(pattern.state()).isEqualTo(CameraState.LIVE);
                assertThat(pattern.captured()).isGreaterThan(50);
                assertThat(pattern.lastFrameAgeMillis().orElseThrow()).isLessThan(500);
            }
            await().untilAsserted(() -> assertThat(captureThreads()).isEmpty());
        }
    }

    @Test
    void shouldAccountForEveryFrameAndEndSoonWhenThereIsNoBroker() {
        Ingest ingest = start(
                Cameras.camera("one", "testpattern:rate=100"),
                Cameras.camera("two", "testpattern:frames=40").withPacing(Pacing.UNPACED));
        await().until(() -> ingest.status().get(0).dropped().get(DropReason.QUEUE_FULL) > 10);
        await().until(() -> ingest.status().get(1).captured() > 5);

        long start = System.nanoTime();
        ingest.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
        assertThat(ingest.status()).allSatisfy(camera -> {
            assertThat(camera.published()).isZero();
            assertThat(camera.droppedInTotal()).isEqualTo(camera.captured()).isPositive();
            assertThat(camera.state()).isEqualTo(CameraState.STOPPED);
        });
        for (CameraStatus camera : ingest.status()) {
            assertThat(count("vigil.frames.captured", camera)).isEqualTo(camera.captured());
            assertThat(count("vigil.frames.dropped", camera)).isEqualTo(camera.captured());
            assertThat(count("vigil.frames.published", camera)).isZero();
            assertThat(meters.get("vigil.camera.state")
                            .tag("camera", camera.id().value())
                            .tag("state", "stopped")
                            .gauge()
                            .value())
                    .isOne();
        }
        assertThat(ingest.status().get(1).dropped()).containsEntry(DropReason.QUEUE_FULL, 0L);
        assertThat(ingest.finished()).isTrue();
    }

    @Test
    void shouldNotLetAMissingFileDisturbAnotherCamera() {
        try (Ingest ingest =
                start(Cameras.camera("gone", "/nowhere/gone.mp4"), Cameras.camera("pattern", "testpattern:"))) {
            await().until(() -> ingest.status().get(1).captured() > 5);

            await().until(() -> ingest.status().get(0).state() == CameraState.FAILED);
            assertThat(ingest.status().get(0).problem().orElseThrow()).contains("/nowhere/gone.mp4");
            assertThat(ingest.finished()).isFalse();
        }
    }

    private Ingest start(CameraConfig... cameras) {
        IngestConfig config = new IngestConfig(
                List.of(cameras),
                false,
                Optional.empty(),
                new CaptureSettings(
                        Duration.ofMillis(600), Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(30)),
                8,
                Duration.ofMillis(300),
                ProducerSettings.with(NO_BROKER));
        return Ingest.start(config, Topics.standard().frames(), Backpressure.none(), meters);
    }

    private double count(String name, CameraStatus camera) {
        return meters.get(name).tag("camera", camera.id().value()).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    private static Set<String> captureThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("capture-dead"))
                .collect(Collectors.toSet());
    }
}
