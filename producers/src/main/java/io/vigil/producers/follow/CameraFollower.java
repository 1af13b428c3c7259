package io.vigil.producers.follow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigil.producers.publish.Complaint;
import io.vigil.schema.Camera;
import io.vigil.schema.topic.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the cameras topic from its beginning and goes on with what comes, on a thread of its own, until it is closed.
 *
 * <p>A topic or a broker that is away is a state: the cameras stay as they are, and the topic is read again when it is back.
 */
public final class CameraFollower implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CameraFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE_WHEN_AWAY = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Topic<Camera> topic;
    private final Map<String, Object> settings;
    private final FollowedCameras cameras;
    private final Complaint away = new Complaint();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private CameraFollower(Topic<Camera> topic, Map<String, Object> settings, FollowedCameras cameras) {
        this.topic = topic;
        this.settings = settings;
        this.cameras = cameras;
        this.thread = new Thread(this::follow, "ingest-cameras");
        this.thread.setDaemon(true);
    }

    /**
     * Starts to follow; waits for no broker.
     *
     * @param client settings of a Kafka client; what a consumer does not know of them is left out
     * @param cameras is told of every record, on the follower's thread
     */
    public static CameraFollower start(Topic<Camera> topic, Map<String, Object> client, FollowedCameras cameras) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.remove(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "vigil-ingest-cameras");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        CameraFollower follower = new CameraFollower(topic, settings, cameras);
        follower.thread.start();
        return follower;
    }

    /** No camera is changed any more once this has returned. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            thread.interrupt();
        }
    }

    private void follow() {
        try {
            do {
                try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                    read(consumer);
                } catch (InterruptException e) {
                    return;
                } catch (KafkaException e) {
                    complain(e.toString());
                }
            } while (!closing.await(PAUSE_WHEN_AWAY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            log.debug("the cameras topic is not followed any more");
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            complain("it does not exist; create it with 'vigil topics create'");
            return;
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        readAll(consumer, partitions);
        away.over().ifPresent(complaints -> log.info("topic {} can be read again", topic.name()));
        while (closing.getCount() > 0) {
            consumer.poll(POLL).forEach(found -> key(found, cameras::change));
        }
    }

    /** What is there already, so that no camera is started by a record that a later one replaces. */
    private void readAll(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<String, byte[]> last = new HashMap<>();
        while (closing.getCount() > 0
                && ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL)
                    .forEach(found -> key(found, (key, value) -> {
                        if (value == null) {
                            last.remove(key);
                        } else {
                            last.put(key, value);
                        }
                    }));
        }
        if (closing.getCount() > 0) {
            cameras.replaceAll(last);
        }
    }

    private static void key(ConsumerRecord<byte[], byte[]> found, BiConsumer<String, byte[]> then) {
        if (found.key() != null) {
            then.accept(new String(found.key(), UTF_8), found.value());
        }
    }

    private void complain(String reason) {
        if (away.isDue()) {
            log.warn("topic {} cannot be read, the cameras stay as they are: {}", topic.name(), reason);
        }
    }
}
