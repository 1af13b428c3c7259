package io.vigil.console.web.cameras;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigil.console.cluster.Cluster;
import io.vigil.schema.Camera;
import io.vigil.schema.camera.CameraCheck;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.wire.WireFormatException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last record of every camera, read by a thread of its own, and the way to write the next one.
 *
 * <p>A change is done when it has been read back. Two consoles that change one camera at the same moment: the later record holds.
 * Thread-safe.
 */
public final class CameraRecords implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CameraRecords.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PAUSE_WHEN_AWAY = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Kafka's record around the value, and the key. */
    private static final int RECORD_OVERHEAD_BYTES = 1024;

    private final Topic<Camera> topic;
    private final Cluster cluster;
    private final CameraListener listener;
    private final Producer<byte[], byte[]> producer;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, Camera> cameras = new TreeMap<>();
    private final Map<Integer, Long> positions = new HashMap<>();
    private boolean complete;

    private CameraRecords(Cluster cluster, Topic<Camera> topic, CameraListener listener) {
        this.topic = topic;
        this.cluster = cluster;
        this.listener = listener;
        this.producer = cluster.producer(Map.of(
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                LIMIT.toMillis(),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) LIMIT.toMillis() / 2,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                (int) LIMIT.toMillis()));
    }

    /** Starts to read; waits for nothing. */
    public static CameraRecords follow(Cluster cluster, Topic<Camera> topic, CameraListener listener) {
        CameraRecords records = new CameraRecords(cluster, topic, listener);
        Thread thread = new Thread(records::read, "console-cameras");
        thread.setDaemon(true);
        thread.start();
        return records;
    }

    /**
     * All cameras by id.
     *
     * @throws UnreadyException if the topic has not been read yet
     */
    synchronized List<Camera> all() {
        requireComplete();
        return List.copyOf(cameras.values());
    }

    /**
     * The last record of a camera.
     *
     * @throws UnreadyException if the topic has not been read yet
     */
    synchronized Optional<Camera> find(String id) {
        requireComplete();
        return Optional.ofNullable(cameras.get(id));
    }

    /**
     * Writes what {@code change} makes of the last record, null for none; returns when it has been read back.
     *
     * @throws UnreadyException if Kafka does not take the record in time
     * @throws RefusedException if {@code change} does, or the record is too large
     */
    synchronized void update(String id, UnaryOperator<@Nullable Camera> change) throws InterruptedException {
        requireComplete();
        @Nullable Camera after = change.apply(cameras.get(id));
        byte @Nullable [] value = after == null ? null : topic.values().toBytes(after);
        if (value != null && value.length > topic.maxMessageBytes() - RECORD_OVERHEAD_BYTES) {
            throw new RefusedException(
                    "rules", "are too many, together with those of the last day that are kept for replays");
        }
        RecordMetadata written = write(id, value);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (positions.getOrDefault(written.partition(), 0L) <= written.offset()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new UnreadyException("the change was written, but could not be read back yet");
            }
            wait(left);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        producer.close(Duration.ofSeconds(1));
    }

    private RecordMetadata write(String id, byte @Nullable [] value) throws InterruptedException {
        try {
            return producer.send(new ProducerRecord<>(topic.name(), id.getBytes(UTF_8), value))
                    .get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.warn("camera {}: its record cannot be written to {}: {}", id, topic.name(), e.toString());
            throw new UnreadyException("Kafka does not take the change; nothing was changed, try again");
        }
    }

    private void requireComplete() {
        if (!complete) {
            throw new UnreadyException("the cameras are still being read from Kafka, try again in a moment");
        }
    }

    private void read() {
        try {
            do {
                try (KafkaConsumer<byte[], byte[]> consumer = cluster.committedRecords()) {
                    read(consumer);
                } catch (KafkaException e) {
                    LOG.warn("topic {} cannot be read: {}", topic.name(), e.toString());
                }
            } while (!closing.await(PAUSE_WHEN_AWAY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            LOG.debug("topic {} is not read any more", topic.name());
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = Cluster.partitions(consumer, List.of(topic.name()));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        synchronized (this) {
            complete = false;
            cameras.clear();
            positions.clear();
        }
        while (closing.getCount() > 0) {
            var found = consumer.poll(POLL);
            Map<TopicPartition, Long> now = new HashMap<>();
            partitions.forEach(partition -> now.put(partition, consumer.position(partition)));
            synchronized (this) {
                found.forEach(this::take);
                now.forEach((partition, position) -> positions.put(partition.partition(), position));
                complete |=
                        ends.entrySet().stream().allMatch(end -> now.getOrDefault(end.getKey(), 0L) >= end.getValue());
                notifyAll();
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> found) {
        String id = found.key() == null ? "" : new String(found.key(), UTF_8);
        if (found.value() == null) {
            cameras.remove(id);
            listener.removed(id, Instant.ofEpochMilli(found.timestamp()));
            return;
        }
        listener.registered(id);
        try {
            Camera camera = topic.values().fromBytes(found.value());
            if (CameraCheck.problems(id, camera).isEmpty()) {
                cameras.put(id, camera);
            } else {
                LOG.debug("offset {} of {} is no sound camera", found.offset(), topic.name());
            }
        } catch (WireFormatException e) {
            LOG.debug("offset {} of {} is not shown", found.offset(), topic.name(), e);
        }
    }
}
