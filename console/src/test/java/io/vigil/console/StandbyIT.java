package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigil.console.testing.BrokerProcess;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.ExpectedOutcomes;
import io.vigil.console.testing.FrameLog;
import io.vigil.console.testing.Scrape;
import io.vigil.console.testing.VigilProcess;
import io.vigil.schema.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances with standby copies of each other's state, of which one is killed. */
class StandbyIT {

    private static final List<String> CAMERAS = List.of("gate", "yard", "hall", "dock", "roof", "lift");
    private static final int RECORDS_PER_CAMERA = 900;
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration RUN_LIMIT = Duration.ofSeconds(180);

    @TempDir
    private Path directory;

    @Test
    void survivorShouldGoOnFromItsStandbyCopiesInsteadOfTheChangelogs() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(directory)) {
            Topics topics = broker.createTopics("vigil.", 4);
            FrameLog log = FrameLog.of(
                    topics.frames(), CAMERAS, RECORDS_PER_CAMERA, Instant.now().truncatedTo(ChronoUnit.SECONDS));
            int total = log.entries().size();
            int before = total * 2 / 3;
            try (CommittedResults results = new CommittedResults(broker.bootstrap(), topics);
                    VigilProcess first = serve(broker, "first");
                    VigilProcess second = serve(broker, "second")) {
                Scrape survivor = Scrape.of(first, START_LIMIT);
                Scrape victim = Scrape.of(second, START_LIMIT);
                await().atMost(START_LIMIT).until(() -> survivor.isReady() && victim.isReady());

                // Given: cameras on both, and copies that have caught up
                log.publish(broker.bootstrap(), topics.frames(), 0, before);
                results.awaitOutcomes(before, RUN_LIMIT);
                assertThat(survivor.sum("vigil_frames_analysed_total")).isPositive();
                assertThat(victim.sum("vigil_frames_analysed_total")).isPositive();
                await().during(Duration.ofSeconds(1))
                        .atMost(RUN_LIMIT)
                        .until(() -> survivor.sum("vigil_standby_stores") > 0
                                && survivor.sum("vigil_standby_remaining_records") == 0);
                long written = changelogRecords(broker.bootstrap());
                double restored = survivor.sum("vigil_restored_records_total");

                // When:
                log.publish(broker.bootstrap(), topics.frames(), before, total);
                results.awaitOutcomes(before + CAMERAS.size(), RUN_LIMIT);
                second.kill();
                assertThat(results.outcomes()).as("killed in mid-run").isLessThan(total);

                // Then: every frame has its outcome, with the window it must have, and no frame has two
                results.awaitOutcomes(total, RUN_LIMIT);
                results.linger(Duration.ofSeconds(2));
                for (String camera : CAMERAS) {
                    ExpectedOutcomes.of(log.entries(camera), Duration.ofMillis(200), Duration.ofSeconds(1), 3)
                            .assertMetBy(results, camera);
                }

                // And: of what the dead instance had written, hardly anything had to be read back
                assertThat(survivor.sum("vigil_restored_records_total") - restored)
                        .isLessThan(written / 20.0);
            }
        }
    }

    private VigilProcess serve(BrokerProcess broker, String instance) throws Exception {
        Path config = Files.writeString(directory.resolve(instance + ".conf"), """
                admission.frames-per-second = 5
                stream-threads = 2
                kafka {
                  num.standby.replicas = 1
                  main.consumer.session.timeout.ms = 6000
                  main.consumer.heartbeat.interval.ms = 1000
                }
                """);
        return broker.startService(instance, "--config", config.toString(), "--metrics-port", "0");
    }

    /** All records that were ever written to a changelog. */
    private static long changelogRecords(String bootstrap) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            List<String> changelogs = admin.listTopics().names().get().stream()
                    .filter(name -> name.endsWith("-changelog"))
                    .toList();
            Map<TopicPartition, OffsetSpec> ends =
                    admin.describeTopics(changelogs).allTopicNames().get().values().stream()
                            .flatMap(StandbyIT::partitions)
                            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        }
    }

    private static Stream<TopicPartition> partitions(TopicDescription topic) {
        return IntStream.range(0, topic.partitions().size())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition));
    }
}
