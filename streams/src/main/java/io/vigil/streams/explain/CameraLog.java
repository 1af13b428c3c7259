package io.vigil.streams.explain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigil.schema.Actions;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.WireFormatException;
import io.vigil.streams.frame.h264.FramePlayer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Finds single records of a camera among those that Kafka still holds. Joins no group and commits nothing. Not thread-safe.
 *
 * <p>A camera's records lie in one partition, in the order of epoch and sequence, between those of other cameras.
 */
public final class CameraLog implements AutoCloseable {

    /**
     * A record.
     *
     * @param value what lies in it
     * @param offset in the camera's partition
     */
    public record Logged<T>(T value, long offset) {}

    /** Where in a partition to look: offsets {@code [from, to)}, and no further than a record that is stamped later. */
    private record Range(TopicPartition partition, long from, long to, Instant latest) {}

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** A camera that is not silent has a record among so many of its partition. */
    private static final long NEAR = 1000;
    /** So much later than others a camera's record may lie in its partition. */
    private static final Duration DISORDER = Duration.ofMinutes(1);
    /** Frames are large and single ones are wanted: one more than is asked for is fetched in vain. */
    private static final int FETCH_BYTES = 256 * 1024;

    private final Topics topics;
    private final Consumer<byte[], byte[]> consumer;
    private long deadlineNanos;

    /**
     * Connects.
     *
     * @param settings of a Kafka consumer: bootstrap.servers, security and so on
     */
    public CameraLog(Topics topics, Map<String, ?> settings) {
        this.topics = topics;
        Map<String, Object> all = new HashMap<>(settings);
        all.remove(ConsumerConfig.GROUP_ID_CONFIG);
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString());
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        this.consumer = new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The detections of a frame. */
    public Optional<Logged<Detections>> detections(String camera, long epoch, long sequence) throws NoAnswerException {
        return answered(() -> {
            TopicPartition partition = partition(topics.detections(), camera);
            // an epoch is a time for most producers; for others this is the beginning
            long low = offsetAt(partition, Instant.ofEpochMilli(epoch / 1000).minus(DISORDER));
            long high = end(partition);
            Optional<Logged<Detections>> near = detections(camera, epoch, sequence, partition, low, high, NEAR);
            return near.isPresent() ? near : detections(camera, epoch, sequence, partition, low, high, high - low);
        });
    }

    /** Halves offsets {@code [low, high)}; where the camera has no record among so many, it is taken to have none after them. */
    private Optional<Logged<Detections>> detections(
            String camera, long epoch, long sequence, TopicPartition partition, long low, long high, long among)
            throws NoAnswerException {
        while (low < high) {
            long middle = low + (high - low) / 2;
            Range range = new Range(partition, middle, Math.min(high, middle + among), Instant.MAX);
            Optional<Logged<Detections>> next = first(topics.detections(), camera, range, found -> true);
            int order = next.map(found -> order(found.value(), epoch, sequence)).orElse(1);
            if (order == 0) {
                return next;
            }
            low = order < 0 ? next.orElseThrow().offset() + 1 : low;
            high = order < 0 ? high : middle;
        }
        return Optional.empty();
    }

    /**
     * When frames of an epoch were captured; those without detections are left out.
     *
     * @param from an offset in the camera's partition of the detections
     * @param latest when the last of them was captured
     */
    public Map<Long, Instant> captureTimes(String camera, long epoch, Set<Long> sequences, long from, Instant latest)
            throws NoAnswerException {
        return answered(() -> {
            TopicPartition partition = partition(topics.detections(), camera);
            Map<Long, Instant> times = new HashMap<>();
            Range range = new Range(partition, from, end(partition), latest.plus(DISORDER));
            first(topics.detections(), camera, range, found -> {
                if (found.getEpoch() == epoch && sequences.contains(found.getSequence())) {
                    times.put(found.getSequence(), found.getCaptureTime());
                }
                return times.size() == sequences.size();
            });
            return times;
        });
    }

    /** The offset of the first detections of a partition that are not older than this. */
    public long detectionsFrom(String camera, Instant time) throws NoAnswerException {
        return answered(() -> offsetAt(partition(topics.detections(), camera), time));
    }

    /** The actions of the clip that ends with the frame captured at {@code end}. */
    public Optional<Logged<Actions>> actions(String camera, long epoch, Instant end) throws NoAnswerException {
        return answered(() -> {
            Range range = around(partition(topics.actions(), camera), end);
            return first(topics.actions(), camera, range, found -> !found.getEndTime()
                            .isBefore(end))
                    .filter(found -> found.value().getEpoch() == epoch
                            && found.value().getEndTime().equals(end));
        });
    }

    /** A frame with its picture as JPEG, if Kafka still holds it and all that it is decoded with. */
    public Optional<Logged<Frame>> frame(String camera, long epoch, long sequence, Instant captured)
            throws NoAnswerException {
        return answered(() -> {
            Range range = around(partition(topics.frames(), camera), captured);
            return asJpeg(
                    camera,
                    range.partition(),
                    first(
                            topics.frames(),
                            camera,
                            range,
                            found -> found.getEpoch() == epoch && found.getSequence() == sequence));
        });
    }

    /** The frame of a camera at an offset of its partition, in the same way. */
    public Optional<Logged<Frame>> frameAt(String camera, long offset) throws NoAnswerException {
        return answered(() -> {
            TopicPartition partition = partition(topics.frames(), camera);
            Range range = new Range(partition, offset, Math.min(offset + 1, end(partition)), Instant.MAX);
            return asJpeg(camera, partition, first(topics.frames(), camera, range, found -> true));
        });
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** A look into the log. */
    @FunctionalInterface
    private interface Look<R> {
        R take() throws NoAnswerException;
    }

    private <R> R answered(Look<R> look) throws NoAnswerException {
        deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        try {
            return look.take();
        } catch (KafkaException e) {
            throw new NoAnswerException(
                    NoAnswerException.Reason.UNAVAILABLE, "Kafka does not answer: %s".formatted(e.getMessage()));
        }
    }

    /** Reads an H.264 frame's group from its beginning, to decode the frame. */
    private Optional<Logged<Frame>> asJpeg(String camera, TopicPartition partition, Optional<Logged<Frame>> found)
            throws NoAnswerException {
        if (found.isEmpty()) {
            return found;
        }
        Frame wanted = found.get().value();
        long offset = found.get().offset();
        long from = wanted.getGroupStart() == null
                ? offset
                : offsetAt(partition, wanted.getGroupStart().getCaptureTime());
        try (FramePlayer player = new FramePlayer()) {
            first(topics.frames(), camera, new Range(partition, from, offset, Instant.MAX), earlier -> {
                player.pass(earlier);
                return false;
            });
            return player.show(wanted).map(shown -> new Logged<>(shown, offset));
        }
    }

    /** The first wanted record of the camera in a range. */
    private <T extends SpecificRecord> Optional<Logged<T>> first(
            Topic<T> topic, String camera, Range range, Predicate<T> wanted) throws NoAnswerException {
        byte[] key = camera.getBytes(UTF_8);
        consumer.assign(List.of(range.partition()));
        consumer.seek(range.partition(), range.from());
        while (consumer.position(range.partition()) < range.to()) {
            for (ConsumerRecord<byte[], byte[]> record : poll(range.partition())) {
                if (record.offset() >= range.to()
                        || Instant.ofEpochMilli(record.timestamp()).isAfter(range.latest())) {
                    return Optional.empty();
                }
                Optional<Logged<T>> found = Arrays.equals(record.key(), key)
                        ? read(topic, record).filter(read -> wanted.test(read.value()))
                        : Optional.empty();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private List<ConsumerRecord<byte[], byte[]>> poll(TopicPartition partition) throws NoAnswerException {
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new NoAnswerException(
                    NoAnswerException.Reason.UNAVAILABLE,
                    "searching %s took longer than %d s; ask again later"
                            .formatted(partition.topic(), PATIENCE.toSeconds()));
        }
        return new ArrayList<>(consumer.poll(POLL).records(partition));
    }

    private static <T extends SpecificRecord> Optional<Logged<T>> read(
            Topic<T> topic, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Logged<>(topic.values().fromBytes(record.value()), record.offset()));
        } catch (WireFormatException e) {
            return Optional.empty();
        }
    }

    private static int order(Detections found, long epoch, long sequence) {
        int byEpoch = Long.compare(found.getEpoch(), epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(found.getSequence(), sequence);
    }

    /** As Kafka's producers choose it. */
    private TopicPartition partition(Topic<?> topic, String camera) {
        int partitions = consumer.partitionsFor(topic.name()).size();
        return new TopicPartition(topic.name(), Utils.toPositive(Utils.murmur2(camera.getBytes(UTF_8))) % partitions);
    }

    private Range around(TopicPartition partition, Instant time) {
        return new Range(partition, offsetAt(partition, time), end(partition), time.plus(DISORDER));
    }

    /** Of the first record that is stamped not earlier; the end if there is none. */
    private long offsetAt(TopicPartition partition, Instant time) {
        OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, Math.max(0, time.toEpochMilli())))
                .get(partition);
        return found == null ? end(partition) : found.offset();
    }

    private long end(TopicPartition partition) {
        return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }
}
