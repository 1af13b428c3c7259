package io.vigil.streams.explain;

import static io.vigil.streams.testing.FrameFixture.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.Detections;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.explain.CameraLog.Logged;
import io.vigil.streams.testing.TestBroker;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finds results of a camera in a partition where another one has gone on for long: 50 frames each in turns, then 50,000, then one more. */
class CameraLogIT {

    private static final long EPOCH = 1;
    private static final int TOGETHER = 50;
    private static final int ALONE = 50_000;

    @TempDir
    private static Path directory;

    private static final Topics TOPICS = Topics.standard();
    private static TestBroker broker;

    @BeforeAll
    static void fillThePartition() throws Exception {
        broker = TestBroker.start(directory);
        broker.create(TOPICS, 1);
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int sequence = 0; sequence < TOGETHER + ALONE; sequence++) {
                producer.send(record("yard", sequence));
                if (sequence < TOGETHER) {
                    producer.send(record("gate", sequence));
                }
            }
            producer.send(record("gate", TOGETHER + ALONE));
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void shouldNotReadAllThatCameAfterACameraHadStopped() throws Exception {
        try (CameraLog log = new CameraLog(
                TOPICS,
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrap(),
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "counted"))) {
            assertThat(log.detections("gate", EPOCH, 31))
                    .map(Logged::value)
                    .map(Detections::getSequence)
                    .contains(31L);

            assertThat(consumed("counted")).isLessThan(ALONE / 4.0);
        }
    }

    @Test
    void shouldFindWhatCameAfterALongSilence() throws Exception {
        try (CameraLog log =
                new CameraLog(TOPICS, Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()))) {
            assertThat(log.detections("gate", EPOCH, TOGETHER + ALONE)).isPresent();
            assertThat(log.detections("gate", EPOCH, TOGETHER)).isEmpty();
        }
    }

    private static double consumed(String client) throws Exception {
        ObjectName name = new ObjectName("kafka.consumer:type=consumer-fetch-manager-metrics,client-id=" + client);
        return (double) ManagementFactory.getPlatformMBeanServer().getAttribute(name, "records-consumed-total");
    }

    private static ProducerRecord<String, byte[]> record(String camera, long sequence) {
        Detections detections = new Detections(
                camera,
                EPOCH,
                sequence,
                START.plusMillis(sequence),
                64,
                48,
                "tra",
                "1",
                List.of(),
                List.of(),
                List.of());
        return new ProducerRecord<>(
                TOPICS.detections().name(), camera, TOPICS.detections().values().toBytes(detections));
    }
}
