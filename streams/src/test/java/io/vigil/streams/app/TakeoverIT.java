package io.vigil.streams.app;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.schema.Detections;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.testing.BrokerRecords;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.IsolatedService;
import io.vigil.streams.testing.Jpegs;
import io.vigil.streams.testing.TestBroker;
import io.vigil.streams.testing.TestPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance does that takes over what another one has left. */
class TakeoverIT {

    /** So many pictures of this size take longer than the transactions of this test may, and each much shorter. */
    private static final int SUPPORTS = 60;

    private static final byte[] PICTURE = Jpegs.noise(1280, 720);

    @TempDir
    private Path directory;

    @Test
    void shouldAnalyseEvenIfSupportsTakeLongerThanATransactionMay() throws Exception {
        List<FrameFixture> frames = IntStream.rangeClosed(0, SUPPORTS)
                .mapToObj(i -> frame(i, i * 100).size(1280, 720).image(PICTURE))
                .toList();
        String detection = "detection { package = \"%s\", slot = 100 ms }, recognition.package = null"
                .formatted(packageWithManySupports());
        try (TestBroker broker =
                TestBroker.start(directory, "transaction.abort.timed.out.transaction.cleanup.interval.ms=50")) {
            IsolatedService one = new IsolatedService(broker, directory.resolve("one"));
            Topics topics = one.topics();
            broker.create(topics, 1);
            BrokerRecords records = new BrokerRecords(broker);
            records.send(topics.frames(), frames.subList(0, SUPPORTS));
            try (VigilService service = one.start(detection)) {
                records.read(topics.detections(), SUPPORTS);
            }
            records.send(topics.frames(), frames.subList(SUPPORTS, SUPPORTS + 1));

            try (VigilService service = one.with(directory.resolve("other"))
                    .start(detection + ", commit-interval = 10 ms, kafka.producer.transaction.timeout.ms = 200")) {
                List<Detections> detections = records.read(topics.detections(), SUPPORTS + 1);

                assertThat(detections.get(SUPPORTS).getSupportSequences()).hasSize(SUPPORTS - 1);
            }
        }
    }

    @Test
    void shouldNotWaitForTheTransactionOfAnInstanceThatIsGone() throws Exception {
        try (TestBroker broker = TestBroker.start(directory)) {
            IsolatedService service = new IsolatedService(broker, directory.resolve("state"));
            Topics topics = service.topics();
            broker.create(topics, 1);
            BrokerRecords records = new BrokerRecords(broker);
            records.send(topics.frames(), List.of(frame(0, 0)));
            try (KafkaProducer<byte[], byte[]> gone = openTransaction(service.applicationId(), broker, topics);
                    KafkaProducer<byte[], byte[]> other =
                            openTransaction(service.applicationId() + "-other", broker, topics);
                    VigilService running = service.start("recognition.package = null")) {
                assertThat(records.read(topics.detections(), 1)).hasSize(1);

                assertThatThrownBy(gone::commitTransaction)
                        .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
                assertThatCode(other::commitTransaction).doesNotThrowAnyException();
            }
        }
    }

    /** Of an instance of this application that has no member: it has read a frame, and committed nothing. */
    private static KafkaProducer<byte[], byte[]> openTransaction(String application, TestBroker broker, Topics topics) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrap(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "%s-%s-1".formatted(application, UUID.randomUUID()),
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Math.toIntExact(Duration.ofMinutes(10).toMillis()));
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrap(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        application),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            producer.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(topics.frames().name(), 0), new OffsetAndMetadata(1)),
                    reader.groupMetadata());
        }
        return producer;
    }

    private Path packageWithManySupports() throws IOException {
        Path copy = TestPackages.copy(TestPackages.DETECTION, Files.createDirectory(directory.resolve("package")));
        Path manifest = copy.resolve("manifest.json");
        String few = Files.readString(manifest);
        Files.writeString(manifest, few.replaceFirst("\"frames\": \\d+", "\"frames\": " + SUPPORTS));
        return copy;
    }
}
