package io.vigil.streams.app;

import static io.vigil.streams.testing.FrameFixture.frame;
import static io.vigil.streams.testing.ResultReading.actionsWithoutTimings;
import static io.vigil.streams.testing.ResultReading.detectionsWithoutTimings;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Detections;
import io.vigil.schema.Skipped;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.testing.BrokerRecords;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.IsolatedService;
import io.vigil.streams.testing.Jpegs;
import io.vigil.streams.testing.ManualClock;
import io.vigil.streams.testing.TestBroker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service does with frames on a real broker. */
class RunningServiceIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private static Path brokerDirectory;

    private static TestBroker broker;

    private IsolatedService isolated;
    private Topics topics;
    private BrokerRecords records;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(brokerDirectory);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void isolate(@TempDir Path stateDirectory) {
        isolated = new IsolatedService(broker, stateDirectory);
        topics = isolated.topics();
        records = new BrokerRecords(broker);
    }

    @Test
    void shouldGiveEveryFrameOneOutcomeAndEndWhenAsked() throws Exception {
        broker.create(topics, 2);
        List<FrameFixture> frames = frames("north", 0, 40);
        send(frames);
        send("south", new byte[] {1, 2, 3});

        try (VigilService service = isolated.start("")) {
            assertThat(service.awaitRunning(PATIENCE)).isTrue();
            assertThat(service.state()).isEqualTo(VigilService.State.RUNNING);

            List<Detections> detections = read(topics.detections(), 20);
            assertThat(detections).extracting(Detections::getSequence).isEqualTo(evens(0, 40));
            assertThat(detections.get(19).getSupportSequences()).hasSize(2);
            assertThat(read(topics.skipped(), 20))
                    .extracting(Skipped::getSequence)
                    .hasSize(20);
            assertThat(read(topics.deadLetters(), 1))
                    .extracting(DeadLetter::getReason)
                    .containsExactly(DeadLetterReason.MALFORMED);

            service.close();
            assertThat(service.ended()).isCompletedWithValue(EndReason.STOPPED);
            assertThat(service.state()).isEqualTo(VigilService.State.STOPPED);
        }
    }

    @Test
    void shouldGoOnAfterARestartAsIfThereHadBeenNone() throws Exception {
        broker.create(topics, 1);
        List<FrameFixture> before = frames("north", 0, 30);
        List<FrameFixture> after = frames("north", 30, 60);
        send(before);
        try (VigilService service = isolated.start("")) {
            read(topics.detections(), 15);
        }
        send(after);
        try (VigilService service = isolated.start("")) {
            List<Detections> detections = read(topics.detections(), 30);

            assertThat(detections).extracting(Detections::getSequence).isEqualTo(evens(0, 60));
            // frame 30 is at 1500 ms: its supports were stored by the service before
            assertThat(detections.get(15).getSupportSequences()).containsExactly(0L, 20L);
            assertThat(detections.get(15).getBoxes()).hasSize(3);
        }
    }

    @Test
    void shouldFindTheSameInFramesThatWereBegunBeforeTheirTurn() throws Exception {
        broker.create(topics, 1);
        for (int i = 0; i < 40; i++) {
            send(List.of(
                    frame(i, i * 100).grey(50 + i),
                    frame(i, i * 100).camera("south").grey(200 - i)));
            if (i % 10 == 5) {
                send(List.of(
                        frame(i, i * 100).grey(1), frame(i + 1, i * 100 + 50).image(damaged(Jpegs.grey(64, 48, 100)))));
            }
        }
        SimpleMeterRegistry meters = new SimpleMeterRegistry();

        try (VigilService service = isolated.start("inference.threads-when-alone = 1", Clock.systemUTC(), meters)) {
            assertThat(read(topics.detections(), 80)).hasSize(80);
        }
        try (VigilService service = isolated.start(
                "inference.look-ahead = false, application-id = %s-in-turn".formatted(isolated.applicationId()))) {
            List<Detections> detections = detectionsWithoutTimings(read(topics.detections(), 160));

            assertThat(detections.subList(0, 80)).isEqualTo(detections.subList(80, 160));
        }
        assertThat(read(topics.actions(), 2)).hasSizeGreaterThan(2);
        assertThat(actionsWithoutTimings(read(topics.actions(), 2)))
                .satisfies(actions -> assertThat(actions.subList(0, actions.size() / 2))
                        .isEqualTo(actions.subList(actions.size() / 2, actions.size())));
        assertThat(meters.get("vigil.frames.begun.ahead").counter().count() > 0)
                .isEqualTo(Runtime.getRuntime().availableProcessors() > 1);
    }

    @Test
    void shouldCommitAFrameThatDidNotWaitWithoutWaitingForTheCommitInterval() throws Exception {
        broker.create(topics, 1);
        try (VigilService service = isolated.start("commit-interval = 1 m, inference.deadline = 1 m")) {
            assertThat(service.awaitRunning(PATIENCE)).isTrue();

            send(frames("north", 0, 1));

            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> records.committed(topics.detections().name()), committed -> committed.size() == 1);
        }
    }

    /** Its last frame is one that is not analysed. */
    @Test
    void shouldCommitABacklogThatHasEndedWithoutWaitingForTheCommitInterval() throws Exception {
        broker.create(topics, 1);
        long longAgo = Instant.now().minus(Duration.ofMinutes(10)).toEpochMilli();
        for (FrameFixture frame : frames("north", 0, 4)) {
            send("north", frame.toBytes(), longAgo);
        }
        try (VigilService service = isolated.start("commit-interval = 1 m, inference.deadline = 1 m")) {
            assertThat(service.awaitRunning(PATIENCE)).isTrue();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> records.committed(topics.detections().name()), committed -> committed.size() == 2);
        }
    }

    @Test
    void shouldKeepItsChangelogsShort() throws Exception {
        broker.create(topics, 1);
        send(frames("north", 0, 2));
        try (VigilService service = isolated.start("")) {
            read(topics.detections(), 1);
        }
        List<ConfigResource> changelogs = broker.admin().listTopics().names().get().stream()
                .filter(name -> name.startsWith(isolated.applicationId()) && name.endsWith("-changelog"))
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        assertThat(changelogs).isNotEmpty();
        assertThat(broker.admin().describeConfigs(changelogs).all().get().values())
                .allSatisfy(config -> {
                    assertThat(config.get(TopicConfig.SEGMENT_BYTES_CONFIG).value())
                            .isEqualTo("16777216");
                    assertThat(config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG)
                                    .value())
                            .isEqualTo("3600000");
                });
    }

    @Test
    void shouldForgetACameraThatHasBeenSilentSinceARestart() throws Exception {
        broker.create(topics, 1);
        send(frames("north", 0, 1));
        ManualClock clock = new ManualClock(FrameFixture.START);
        try (VigilService service = isolated.start("", clock)) {
            read(topics.detections(), 1);
        }
        try (VigilService service = isolated.start("", clock)) {
            assertThat(service.awaitRunning(PATIENCE)).isTrue();
            clock.advance(Duration.ofMinutes(6));

            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            lastOfChangelog(StoreNames.SUPPORT_FRAMES))
                    .as("tombstone")
                    .isNull());
        }
    }

    /** Twenty frames per second, of which ten are analysed: those with even numbers. */
    private static List<FrameFixture> frames(String camera, long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(i -> frame(i, i * 50).camera(camera).grey((int) (50 + i)))
                .toList();
    }

    private static byte[] damaged(byte[] picture) {
        return Arrays.copyOf(picture, picture.length / 3);
    }

    private static List<Long> evens(long from, long to) {
        return LongStream.range(from, to).filter(i -> i % 2 == 0).boxed().toList();
    }

    private void send(List<FrameFixture> frames) throws ExecutionException, InterruptedException {
        records.send(topics.frames(), frames);
    }

    private void send(String key, byte[] value) throws ExecutionException, InterruptedException {
        send(key, value, Instant.now().toEpochMilli());
    }

    private void send(String key, byte[] value, long timestamp) throws ExecutionException, InterruptedException {
        records.send(topics.frames(), key, value, Instant.ofEpochMilli(timestamp));
    }

    private <T extends SpecificRecord> List<T> read(Topic<T> topic, int count) {
        return records.read(topic, count);
    }

    private byte[] lastOfChangelog(String store) {
        List<ConsumerRecord<byte[], byte[]>> changelog =
                records.committed("%s-%s-changelog".formatted(isolated.applicationId(), store));
        return changelog.get(changelog.size() - 1).value();
    }
}
