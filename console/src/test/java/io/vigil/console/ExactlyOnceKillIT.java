package io.vigil.console;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.console.testing.BrokerProcess;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.ExpectedOutcomes;
import io.vigil.console.testing.FrameLog;
import io.vigil.console.testing.VigilProcess;
import io.vigil.schema.Event;
import io.vigil.schema.FrameReference;
import io.vigil.schema.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service is killed twice in mid-run; a reader of committed results must not be able to tell. */
class ExactlyOnceKillIT {

    private static final List<String> CAMERAS = List.of("gate", "yard", "hall");
    private static final int RECORDS_PER_CAMERA = 2000;
    private static final Duration PERIOD = Duration.ofMillis(200);
    private static final Duration SLOT = Duration.ofSeconds(1);
    private static final int WINDOW = 3;
    private static final Duration RUN_LIMIT = Duration.ofSeconds(180);

    @TempDir
    private Path directory;

    @Test
    void killedServiceLosesNothingAndRepeatsNothing() throws Exception {
        // Given:
        try (BrokerProcess broker = BrokerProcess.start(directory)) {
            Topics killed = broker.createTopics("killed.", 8);
            Topics unharmed = broker.createTopics("unharmed.", 8);
            FrameLog log = FrameLog.of(
                    killed.frames(), CAMERAS, RECORDS_PER_CAMERA, Instant.now().truncatedTo(ChronoUnit.SECONDS));
            Map<String, ExpectedOutcomes> expected = new LinkedHashMap<>();
            CAMERAS.forEach(
                    camera -> expected.put(camera, ExpectedOutcomes.of(log.entries(camera), PERIOD, SLOT, WINDOW)));
            int total = log.entries().size();
            log.publish(broker.bootstrap(), killed.frames());
            log.publish(broker.bootstrap(), unharmed.frames());

            try (CommittedResults results = new CommittedResults(broker.bootstrap(), killed)) {
                // When:
                killWhenOutcomesReach(1, total, results, broker);
                killWhenOutcomesReach(total * 2 / 5, total, results, broker);
                try (VigilProcess service = serve(broker, "killed.")) {
                    results.awaitOutcomes(total, RUN_LIMIT);
                    results.linger(Duration.ofSeconds(2));
                }

                // Then:
                assertThat(results.outcomes()).isEqualTo(total);
                CAMERAS.forEach(camera -> expected.get(camera).assertMetBy(results, camera));

                // And: the same as if nothing had happened
                try (VigilProcess service = serve(broker, "unharmed.");
                        CommittedResults reference = new CommittedResults(broker.bootstrap(), unharmed)) {
                    reference.awaitOutcomes(total, RUN_LIMIT);
                    reference.linger(Duration.ofSeconds(2));
                    for (String camera : CAMERAS) {
                        assertThat(results.detectionsWithoutTimings(camera))
                                .isEqualTo(reference.detectionsWithoutTimings(camera));
                        assertThat(results.actionsWithoutTimings(camera))
                                .isNotEmpty()
                                .isEqualTo(reference.actionsWithoutTimings(camera));
                        assertThat(events(results, camera)).isNotEmpty().isEqualTo(events(reference, camera));
                    }
                }
            }
        }
    }

    private void killWhenOutcomesReach(int count, int total, CommittedResults results, BrokerProcess broker)
            throws Exception {
        try (VigilProcess service = serve(broker, "killed.")) {
            results.awaitOutcomes(Math.max(count, results.outcomes() + 1), RUN_LIMIT);
            service.kill();
            assertThat(results.outcomes()).as("killed in mid-run").isLessThan(total);
        }
    }

    /** Both logs hold the same frames in the same places of different topics. */
    private static List<Event> events(CommittedResults results, String camera) {
        return results.events(camera).stream()
                .map(event -> Event.newBuilder(event)
                        .setSnapshotBuilder(
                                FrameReference.newBuilder(event.getSnapshot()).setTopic("frames"))
                        .build())
                .toList();
    }

    private static String rules(String camera) {
        return """
                { id = %s
                  zones = [ { name = left, polygon = [[0, 0], [0.25, 0], [0.25, 1], [0, 1]], dwell = 3 s, count-over = 1 } ]
                  lines = [ { name = middle, from = [0.25, 0], to = [0.25, 1] } ]
                  actions = [ { name = fourth, label = fourth, score = 0.3 } ] }
                """.formatted(camera);
    }

    private VigilProcess serve(BrokerProcess broker, String prefix) throws IOException {
        Path config = directory.resolve(prefix + "conf");
        Files.writeString(config, """
                admission.frames-per-second = 5
                rules.cameras = [ %s ]
                kafka {
                  main.consumer.session.timeout.ms = 6000
                  main.consumer.heartbeat.interval.ms = 1000
                }
                """.formatted(
                        CAMERAS.stream().map(ExactlyOnceKillIT::rules).collect(joining(","))));
        return broker.startService(
                prefix, "--config", config.toString(), "--topic-prefix", prefix, "--application-id", prefix + "vigil");
    }
}
