package io.vigil.streams.state;

import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.Jpegs;
import io.vigil.streams.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long the clip frames of eight cameras in one partition are read back, ten minutes after the changelog began. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:TieredStopAtLevel=1", "-Xmx512m"})
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@State(Scope.Benchmark)
public class RestoreBenchmark {

    private static final String APPLICATION = "restore-benchmark";
    private static final String STORE = "frames";
    private static final String CHANGELOG = APPLICATION + "-" + STORE + "-changelog";
    private static final String SOURCE = "source";
    private static final int CAMERAS = 8;
    private static final int SLOTS_PER_CAMERA = 8;
    private static final long SLOTS = Duration.ofMinutes(10).toMillis() / 250;

    /** The broker looks for something to clean every 15 s. */
    private static final Duration NO_MORE_CLEANING = Duration.ofSeconds(35);

    private final Topics topics = Topics.withPrefix("", BuiltInSchemaIds.instance());
    private Path directory;
    private TestBroker broker;
    private Restore restore;

    /** Of the changelog's segments, MiB; Kafka compacts those that are full. */
    @Param({"1024", "16"})
    private int segmentMib;

    @Setup(Level.Trial)
    public void write() throws IOException, InterruptedException, ExecutionException {
        directory = Files.createTempDirectory("vigil-restore");
        broker = TestBroker.start(directory);
        Map<String, String> configs = Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.SEGMENT_BYTES_CONFIG,
                Integer.toString(segmentMib << 20),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(topics.frames().maxMessageBytes()));
        broker.admin()
                .createTopics(List.of(
                        new NewTopic(SOURCE, 1, (short) 1), new NewTopic(CHANGELOG, 1, (short) 1).configs(configs)))
                .all()
                .get();
        writeSlots();
        long written = changelogBytes();
        long left = written;
        for (long before = -1; left != before; ) {
            before = left;
            Thread.sleep(NO_MORE_CLEANING.toMillis());
            left = changelogBytes();
        }
        System.out.printf("changelog: %d MiB, %d after compaction%n", written >> 20, left >> 20);
    }

    @Setup(Level.Invocation)
    public void start() throws InterruptedException {
        restore = new Restore(new KafkaStreams(topology(), settings()));
        restore.untilBegin();
    }

    @Benchmark
    public long restore() throws InterruptedException {
        return restore.untilEnd();
    }

    @TearDown(Level.Invocation)
    public void stop() {
        restore.close();
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        broker.close();
        Utils.delete(directory.toFile());
    }

    private void writeSlots() throws ExecutionException, InterruptedException {
        byte[] image = Jpegs.street(640, 360);
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrap(),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                topics.frames().maxMessageBytes());
        ByteArraySerializer bytes = new ByteArraySerializer();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(settings, bytes, bytes)) {
            for (long slot = 0; slot < SLOTS; slot++) {
                for (int camera = 0; camera < CAMERAS; camera++) {
                    Frame frame = FrameFixture.frame(slot, 250 * slot)
                            .camera("camera-" + camera)
                            .size(640, 360)
                            .image(image)
                            .build();
                    sent.add(producer.send(record(camera, slot, FrameFixture.SERDE.toBytes(frame))));
                    if (slot >= SLOTS_PER_CAMERA) {
                        sent.add(producer.send(record(camera, slot - SLOTS_PER_CAMERA, null)));
                    }
                }
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> record(int camera, long slot, byte[] value) {
        FrameKey key = new FrameKey("camera-" + camera, slot);
        return new ProducerRecord<>(CHANGELOG, FrameKey.serde().serializer().serialize(CHANGELOG, key), value);
    }

    private long changelogBytes() throws InterruptedException, ExecutionException {
        return broker.admin().describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
                .flatMap(directories -> directories.values().stream())
                .map(LogDirDescription::replicaInfos)
                .map(replicas -> Optional.ofNullable(replicas.get(new TopicPartition(CHANGELOG, 0))))
                .flatMap(Optional::stream)
                .mapToLong(replica -> replica.size())
                .sum();
    }

    private Topology topology() {
        return new Topology()
                .addSource(
                        SOURCE,
                        Serdes.ByteArray().deserializer(),
                        Serdes.ByteArray().deserializer(),
                        SOURCE)
                .addProcessor("idle", Idle::new, SOURCE)
                .addStateStore(FrameStore.builder(STORE, topics.frames()), "idle");
    }

    private Properties settings() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve("state").toString());
        return settings;
    }

    private static final class Idle extends ContextualProcessor<byte[], byte[], Void, Void> {

        @Override
        public void process(Record<byte[], byte[]> record) {}
    }

    /** Waits before the first record is read, so that only the reading is measured. */
    private static final class Restore implements StateRestoreListener, AutoCloseable {

        private final KafkaStreams streams;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private long records;

        Restore(KafkaStreams streams) {
            this.streams = streams;
        }

        void untilBegin() throws InterruptedException {
            streams.setGlobalStateRestoreListener(this);
            streams.start();
            begun.await();
        }

        long untilEnd() throws InterruptedException {
            go.countDown();
            ended.await();
            return records;
        }

        @Override
        public void onRestoreStart(TopicPartition partition, String store, long startingOffset, long endingOffset) {
            begun.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void onBatchRestored(TopicPartition partition, String store, long batchEndOffset, long restored) {}

        @Override
        public void onRestoreEnd(TopicPartition partition, String store, long restored) {
            records = restored;
            ended.countDown();
        }

        @Override
        public void close() {
            streams.close(Duration.ofSeconds(10));
            System.out.printf("%d records%n", records);
        }
    }
}
