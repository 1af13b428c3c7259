package io.vigil.producers.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.capture.Backpressure;
import io.vigil.producers.capture.CameraState;
import io.vigil.producers.testing.BarCode;
import io.vigil.producers.testing.Cameras;
import io.vigil.producers.testing.Clip;
import io.vigil.producers.testing.Jpegs;
import io.vigil.producers.testing.TestBroker;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class IngestIT {

    @TempDir
    private static Path folder;

    private static TestBroker broker;

    private Topic<Frame> topic;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new TestBroker(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopic(TestInfo test) throws Exception {
        topic = Topics.withPrefix(test.getTestMethod().orElseThrow().getName() + ".", BuiltInSchemaIds.instance())
                .frames();
        broker.create(topic.definition(1, (short) 1));
    }

    @Test
    void shouldPublishEveryFrameOfAnUnpacedFile() throws Exception {
        CameraConfig camera = Cameras.camera("yard", Clip.mpeg4(folder.resolve("clip.avi"), 60))
                .withPacing(Pacing.UNPACED);
        List<CameraId> turns = new CopyOnWriteArrayList<>();
        Ingest ingest = Ingest.start(config(camera), topic, turns::add, new SimpleMeterRegistry());
        try (ingest) {
            await().atMost(Duration.ofSeconds(20)).until(ingest::finished);
        }

        CameraStatus status = ingest.status().get(0);
        assertThat(status.state()).isEqualTo(CameraState.FINISHED);
        assertThat(status.captured()).isEqualTo(60);
        assertThat(status.published()).isEqualTo(60);
        assertThat(turns).hasSize(60).containsOnly(camera.id());
        List<ConsumerRecord<String, Frame>> records = read(60);
        assertThat(records).extracting(ConsumerRecord::key).containsOnly("yard");
        assertThat(records)
                .extracting(record -> record.value().getSequence())
                .containsExactlyElementsOf(LongStream.range(0, 60).boxed().toList());
        assertThat(records).allSatisfy(record -> {
            Frame frame = record.value();
            assertThat(record.timestamp()).isEqualTo(frame.getCaptureTime().toEpochMilli());
            assertThat(ChronoUnit.MICROS.between(Instant.EPOCH, frame.getCaptureTime()))
                    .isEqualTo(frame.getEpoch() + 40_000 * frame.getSequence());
        });
    }

    @Test
    void shouldPlayALoopingFileInItsOwnTimeAsOneEpoch() throws Exception {
        CameraConfig camera = Cameras.camera("yard", Clip.mpeg4(folder.resolve("short.avi"), 5))
                .withLoop(true);
        long start = System.nanoTime();
        Ingest ingest = Ingest.start(config(camera), topic, Backpressure.none(), new SimpleMeterRegistry());
        try (ingest) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> ingest.status().get(0).published() >= 25);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(24 * 40));
        // a busy machine may drop a live frame, but none that is not counted
        CameraStatus status = ingest.status().get(0);
        assertThat(status.captured()).isEqualTo(status.published() + status.droppedInTotal());
        List<ConsumerRecord<String, Frame>> records = read((int) status.published());
        assertThat(records).hasSize((int) status.published());
        assertThat(records)
                .extracting(record -> record.value().getEpoch())
                .containsOnly(records.get(0).value().getEpoch());
        assertThat(records)
                .extracting(record -> record.value().getSequence())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldRecoverFromABrokerThatIsAwayAtTheStartAndOnTheWay() throws Exception {
        CameraConfig camera = Cameras.camera("pattern", "testpattern:rate=50,width=320,height=180");
        broker.stop();
        Ingest ingest = Ingest.start(config(camera), topic, Backpressure.none(), new SimpleMeterRegistry());
        try (ingest) {
            awaitDropsBeyond(ingest, 0);
            broker.start();
            awaitPublishedBeyond(ingest, 0);

            broker.stop();
            awaitDropsBeyond(ingest, dropped(ingest));
            long publishedBefore = ingest.status().get(0).published();
            broker.start();
            awaitPublishedBeyond(ingest, publishedBefore + 50);
        }

        CameraStatus status = ingest.status().get(0);
        assertThat(status.captured()).isEqualTo(status.published() + status.droppedInTotal());
        // what happened to a frame that was on its way when the broker went is unknown, so it counts as dropped
        List<ConsumerRecord<String, Frame>> records = read((int) status.published());
        assertThat(records).hasSize((int) status.published());
        assertThat(records)
                .extracting(record -> record.value().getSequence())
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(records).allSatisfy(record -> assertThat(
                        BarCode.read(Jpegs.decode(record.value().getImage().array())))
                .hasValue(record.value().getSequence()));
    }

    private static IngestConfig config(CameraConfig... cameras) {
        return IngestConfig.of(List.of(cameras), broker.bootstrapServers());
    }

    private static long dropped(Ingest ingest) {
        return ingest.status().get(0).droppedInTotal();
    }

    private static void awaitDropsBeyond(Ingest ingest, long count) {
        await().atMost(Duration.ofSeconds(30)).until(() -> dropped(ingest) > count);
    }

    private static void awaitPublishedBeyond(Ingest ingest, long count) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> ingest.status().get(0).published() > count);
    }

    private List<ConsumerRecord<String, Frame>> read(int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        List<ConsumerRecord<String, Frame>> records = new ArrayList<>();
        try (KafkaConsumer<String, Frame> consumer = new KafkaConsumer<>(
                settings, new StringDeserializer(), topic.values().deserializer())) {
            TopicPartition partition = new TopicPartition(topic.name(), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return records.size() >= count;
            });
        }
        return records;
    }
}
