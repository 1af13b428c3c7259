package io.vigil.streams.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigil.schema.topic.Topics;
import io.vigil.streams.testing.IsolatedService;
import io.vigil.streams.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service does not start with, and what it says of it. */
class RefusedStartIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private static Path brokerDirectory;

    private static TestBroker broker;

    @TempDir
    private Path stateDirectory;

    private IsolatedService isolated;
    private Topics topics;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(brokerDirectory);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void isolate() {
        isolated = new IsolatedService(broker, stateDirectory);
        topics = isolated.topics();
    }

    @Test
    void shouldRefuseToStartWithoutTopics() {
        StartRefusedException refused = refusal("");

        assertThat(refused.reason()).isEqualTo(EndReason.BAD_TOPICS);
        assertThat(refused).hasMessageContaining(topics.actions().name()).hasMessageContaining("vigil topics create");
    }

    @Test
    void shouldRefuseToStartWithATopicThatTakesTooLittle() throws Exception {
        List<NewTopic> definitions = new ArrayList<>();
        topics.all()
                .forEach(topic -> definitions.add(
                        topic == topics.deadLetters()
                                ? new NewTopic(topic.name(), 1, (short) 1)
                                : topic.definition(1, (short) 1)));
        broker.admin().createTopics(definitions).all().get();

        StartRefusedException refused = refusal("");

        assertThat(refused.reason()).isEqualTo(EndReason.BAD_TOPICS);
        assertThat(refused).hasMessageContaining("raise its max.message.bytes");
    }

    @Test
    void shouldRefuseToStartWhenCamerasAreNotPartitionedLikeFrames() throws Exception {
        List<NewTopic> definitions = topics.all().stream()
                .map(topic -> topic.definition(topic == topics.cameras() ? 2 : 1, (short) 1))
                .toList();
        broker.admin().createTopics(definitions).all().get();

        StartRefusedException refused = refusal("");

        assertThat(refused.reason()).isEqualTo(EndReason.BAD_TOPICS);
        assertThat(refused).hasMessageContaining(topics.cameras().name()).hasMessageContaining("--partitions 1");
    }

    @Test
    void shouldRefuseToStartWithABrokenModelPackage() throws Exception {
        broker.create(topics, 1);

        assertThat(refusal("detection.package = /nowhere").reason()).isEqualTo(EndReason.BAD_MODEL);
    }

    @Test
    void shouldRefuseToStartWithSlotsThatDoNotFitTheRate() throws Exception {
        broker.create(topics, 1);

        StartRefusedException refused = refusal("detection.slot = 150 ms");

        assertThat(refused.reason()).isEqualTo(EndReason.BAD_CONFIGURATION);
        assertThat(refused).hasMessageContaining("a slot of 150 ms is no whole number of analysis periods of 100 ms");
    }

    @Test
    void shouldRefuseToStartInTheStateDirectoryOfAnother() throws Exception {
        broker.create(topics, 1);

        try (VigilService first = isolated.start("")) {
            StartRefusedException refused = refusal("");

            assertThat(refused.reason()).isEqualTo(EndReason.BAD_CONFIGURATION);
            assertThat(refused).hasMessageContaining(stateDirectory.toString());
            assertThat(first.awaitRunning(PATIENCE)).isTrue();
        }
    }

    @Test
    void shouldRefuseToStartWithSettingsThatKafkaRefuses() throws Exception {
        broker.create(topics, 1);

        assertThat(refusal("kafka.acceptable.recovery.lag = many").reason()).isEqualTo(EndReason.BAD_CONFIGURATION);
        assertThat(refusal("kafka.producer.transaction.timeout.ms = 20").reason())
                .isEqualTo(EndReason.BAD_CONFIGURATION);
    }

    @Test
    void shouldRefuseToStartWithoutKafka() {
        String nowhere = """
                bootstrap-servers = "localhost:1"
                kafka { admin.default.api.timeout.ms = 2000, admin.request.timeout.ms = 1000 }
                """;

        assertThat(refusal(nowhere).reason()).isEqualTo(EndReason.KAFKA_UNREACHABLE);
    }

    private StartRefusedException refusal(String hocon) {
        return catchThrowableOfType(StartRefusedException.class, () -> isolated.start(hocon));
    }
}
