package io.vigil.producers.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.capture.Backpressure;
import io.vigil.producers.capture.CameraState;
import io.vigil.producers.testing.Cameras;
import io.vigil.producers.testing.TestBroker;
import io.vigil.schema.Camera;
import io.vigil.schema.CaptureOptions;
import io.vigil.schema.CapturePacing;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.RuleSet;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class FollowedCamerasIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String PATTERN = "testpattern:width=320,height=180,rate=20";

    @TempDir
    private static Path folder;

    private static TestBroker broker;

    private Topics topics;
    private KafkaProducer<String, byte[]> writer;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new TestBroker(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics(TestInfo test) throws Exception {
        topics = Topics.withPrefix(test.getTestMethod().orElseThrow().getName() + ".", BuiltInSchemaIds.instance());
        broker.create(topics.frames().definition(2, (short) 1));
        broker.create(topics.cameras().definition(2, (short) 1));
        writer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void closeWriter() {
        writer.close();
    }

    @Test
    void shouldAddChangePauseAndRemoveCamerasWithoutDisturbingAnother() throws Exception {
        write(camera("steady", PATTERN, false, 85));
        try (Ingest ingest = follow()) {
            await().atMost(LIMIT).until(() -> published(ingest, "steady") > 5);

            write(camera("gate", PATTERN, false, 85));
            await().atMost(LIMIT).until(() -> published(ingest, "gate") > 5);
            assertThat(stateGauge("gate")).isOne();

            write(camera("gate", PATTERN, true, 85));
            await().atMost(LIMIT).until(() -> state(ingest, "gate") == CameraState.PAUSED);
            long whenPaused = status(ingest, "gate").captured();
            long steadyWhenPaused = published(ingest, "steady");
            await().atMost(LIMIT).until(() -> published(ingest, "steady") > steadyWhenPaused + 20);
            assertThat(status(ingest, "gate").captured()).isEqualTo(whenPaused);

            write(camera("gate", PATTERN.replace("320", "640"), false, 85));
            await().atMost(LIMIT).until(() -> published(ingest, "gate") > whenPaused + 5);

            write("gate", null);
            await().atMost(LIMIT).until(() -> state(ingest, "gate") == CameraState.STOPPED);
            assertThat(meters.find("vigil.camera.state").tag("camera", "gate").gauges())
                    .isEmpty();
            ingest.close();

            assertThat(ingest.status()).allSatisfy(camera -> assertThat(camera.captured())
                    .isEqualTo(camera.published() + camera.droppedInTotal()));
            List<Frame> gate = frames("gate", published(ingest, "gate"));
            assertThat(gate.stream().map(Frame::getEpoch).distinct()).hasSize(2).isSorted();
            assertThat(gate.get(gate.size() - 1).getWidth()).isEqualTo(640);
            List<Frame> steady = frames("steady", published(ingest, "steady"));
            assertThat(steady.stream().map(Frame::getEpoch).distinct()).hasSize(1);
            assertThat(steady).extracting(Frame::getSequence).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldKeepACameraAsItWasWhenItsRecordCannotBeUsedOrOnlyChangesRules() throws Exception {
        write(camera("gate", PATTERN, false, 85));
        try (Ingest ingest = follow()) {
            await().atMost(LIMIT).until(() -> published(ingest, "gate") > 5);

            write(camera("gate", PATTERN, true, 0));
            write(camera("gate", "rtsp://admin:secret@10.0.0.1/stream", true, 85));
            write(camera("gate", "rtsp://admin:${CAMERA_UNSET}@10.0.0.1/stream", true, 85));
            write(camera("gate", "/etc/hostname", true, 85));
            writer.send(new ProducerRecord<>(topics.cameras().name(), "gate", new byte[] {1, 2, 3}))
                    .get();
            write(Camera.newBuilder(camera("gate", PATTERN, false, 85))
                    .setRules(List.of(new RuleSet(Instant.EPOCH, List.of(), List.of(), List.of(), 5_000L)))
                    .build());
            write(camera("marker", PATTERN, false, 85));
            await().atMost(LIMIT).until(() -> published(ingest, "marker") > 5);
            long then = published(ingest, "gate");
            await().atMost(LIMIT).until(() -> published(ingest, "gate") > then + 5);
            ingest.close();

            assertThat(frames("gate", published(ingest, "gate")).stream()
                            .map(Frame::getEpoch)
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    void shouldLeaveCamerasOfTheConfigurationToTheConfiguration() throws Exception {
        write(camera("fixed", PATTERN, true, 85));
        write(camera("other", PATTERN, false, 85));
        try (Ingest ingest = follow(Cameras.camera("fixed", PATTERN))) {
            await().atMost(LIMIT).until(() -> published(ingest, "other") > 5);

            assertThat(state(ingest, "fixed")).isEqualTo(CameraState.LIVE);
        }
    }

    private Ingest follow(CameraConfig... configured) {
        Ingest ingest = Ingest.start(
                IngestConfig.following(List.of(configured), broker.bootstrapServers()),
                topics.frames(),
                Backpressure.none(),
                meters);
        ingest.follow(topics.cameras(), unused -> Optional.empty());
        return ingest;
    }

    private double stateGauge(String camera) {
        return meters.get("vigil.camera.state")
                .tag("camera", camera)
                .tag("state", "live")
                .gauge()
                .value();
    }

    private static Optional<CameraStatus> find(Ingest ingest, String camera) {
        return ingest.status().stream()
                .filter(status -> status.id().value().equals(camera))
                .findFirst();
    }

    private static CameraStatus status(Ingest ingest, String camera) {
        return find(ingest, camera).orElseThrow();
    }

    private static @Nullable CameraState state(Ingest ingest, String camera) {
        return find(ingest, camera).map(CameraStatus::state).orElse(null);
    }

    private static long published(Ingest ingest, String camera) {
        return find(ingest, camera).map(CameraStatus::published).orElse(0L);
    }

    private static Camera camera(String id, String source, boolean paused, int quality) {
        return new Camera(
                id,
                null,
                source,
                paused,
                new CaptureOptions(0.0, 0, quality, false, CapturePacing.REALTIME, FrameEncoding.JPEG),
                List.of());
    }

    private void write(Camera camera) throws Exception {
        write(camera.getCameraId(), topics.cameras().values().toBytes(camera));
    }

    private void write(String key, byte @Nullable [] value) throws Exception {
        writer.send(new ProducerRecord<>(topics.cameras().name(), key, value)).get();
    }

    private List<Frame> frames(String camera, long count) {
        List<Frame> frames = new ArrayList<>();
        try (KafkaConsumer<String, Frame> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringDeserializer(),
                topics.frames().values().deserializer())) {
            List<TopicPartition> partitions = Stream.of(0, 1)
                    .map(partition -> new TopicPartition(topics.frames().name(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await().atMost(LIMIT).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (record.key().equals(camera)) {
                        frames.add(record.value());
                    }
                });
                return frames.size() >= count;
            });
        }
        return frames;
    }
}
