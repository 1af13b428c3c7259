package io.vigil.producers.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.capture.Backpressure;
import io.vigil.producers.capture.CameraState;
import io.vigil.producers.testing.Clip;
import io.vigil.producers.testing.TestBroker;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestIT {

    private static final Topics TOPICS = Topics.standard();

    @TempDir
    private static Path folder;

    private static TestBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new TestBroker(folder);
        broker.create(TOPICS.frames().definition(1, (short) 1));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void shouldPublishEveryFrameOfAnUnpacedFile() throws Exception {
        Path clip = Clip.mpeg4(folder.resolve("clip.avi"), 60);
        CameraConfig camera = CameraConfig.of(new CameraId("yard"), SourceUri.parse(clip.toString()))
                .withPacing(Pacing.UNPACED);
        CameraStatus status;
        try (Ingest ingest = Ingest.start(
                IngestConfig.of(List.of(camera), broker.bootstrapServers()), TOPICS.frames(), Backpressure.none())) {
            await().atMost(Duration.ofSeconds(20)).until(ingest::finished);
            ingest.stopCapture();
            status = ingest.status().get(0);
        }

        assertThat(status.state()).isEqualTo(CameraState.FINISHED);
        assertThat(status.captured()).isEqualTo(60);
        assertThat(status.published()).isEqualTo(60);
        List<ConsumerRecord<String, Frame>> records = read(60);
        assertThat(records).extracting(ConsumerRecord::key).containsOnly("yard");
        assertThat(records)
                .extracting(record -> record.value().getSequence())
                .containsExactlyElementsOf(LongStream.range(0, 60).boxed().toList());
        assertThat(records.get(59).timestamp() - records.get(0).timestamp()).isEqualTo(59 * 40);
    }

    private static List<ConsumerRecord<String, Frame>> read(int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        List<ConsumerRecord<String, Frame>> records = new ArrayList<>();
        try (KafkaConsumer<String, Frame> consumer = new KafkaConsumer<>(
                settings, new StringDeserializer(), TOPICS.frames().values().deserializer())) {
            TopicPartition partition = new TopicPartition(TOPICS.frames().name(), 0);
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
