package io.vigil.streams.app;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.testing.SyncGroupFaultProxy;
import io.vigil.streams.testing.TestBroker;
import io.vigil.streams.testing.TestPackages;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker whose group coordinator has moved or restarted just when the service joins its group. */
class CoordinatorFaultIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final Topics topics = Topics.standard();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private SyncGroupFaultProxy proxy;
    private TestBroker broker;

    @BeforeEach
    void startBroker() throws Exception {
        proxy = SyncGroupFaultProxy.open();
        broker = TestBroker.startBehind(proxy, directory);
        broker.create(topics, 1);
    }

    @AfterEach
    void stopBroker() throws Exception {
        broker.close();
        proxy.close();
    }

    @Test
    void shouldServeWhenTheCoordinatorHasLoaded() throws Exception {
        proxy.fail(2, Errors.COORDINATOR_LOAD_IN_PROGRESS);

        try (VigilService service = start()) {
            assertThat(service.awaitRunning(PATIENCE)).isTrue();
            sendFrame();

            Awaitility.await().atMost(PATIENCE).until(() -> analysed() == 1);
            assertThat(proxy.faultsLeft()).isZero();
            assertThat(registry.get("vigil.stream.threads.replaced").counter().count())
                    .isEqualTo(2);
        }
    }

    private VigilService start() {
        ServiceConfig config = ServiceConfig.from(ConfigFactory.parseMap(Map.of(
                "bootstrap-servers",
                broker.bootstrap(),
                "state-directory",
                directory.resolve("state").toString(),
                "stream-threads",
                1,
                "detection.package",
                TestPackages.DETECTION.toString())));
        return VigilService.start(config, topics, Clock.systemUTC(), registry);
    }

    private void sendFrame() throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topics.frames().name(),
                            "north",
                            frame(0, 0).camera("north").toBytes()))
                    .get();
        }
    }

    private double analysed() {
        return registry.find("vigil.frames.analysed").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
