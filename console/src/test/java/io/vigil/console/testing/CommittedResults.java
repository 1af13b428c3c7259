package io.vigil.console.testing;

import io.vigil.schema.Actions;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import io.vigil.schema.Skipped;
import io.vigil.schema.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Everything that is committed to the result topics, from their beginning, in order per camera and topic. */
public final class CommittedResults implements AutoCloseable {

    private final Topics topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Detections> detections = new ArrayList<>();
    private final List<Actions> actions = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();

    public CommittedResults(String bootstrap, Topics topics) {
        this.topics = topics;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = topics.all().stream()
                .filter(topic -> topic != topics.frames())
                .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Waits until so many frames have come to an outcome. */
    public void awaitOutcomes(int count, Duration limit) {
        Instant end = Instant.now().plus(limit);
        while (outcomes() < count) {
            poll(Duration.ofMillis(50));
            if (Instant.now().isAfter(end)) {
                throw new AssertionError(
                        "%d outcomes instead of %d after %d s: %d detections, %d skipped, %d dead letters"
                                .formatted(
                                        outcomes(),
                                        count,
                                        limit.toSeconds(),
                                        detections.size(),
                                        skipped.size(),
                                        deadLetters.size()));
            }
        }
    }

    /** Reads on for a while, for results that should not come. */
    public void linger(Duration time) {
        Instant end = Instant.now().plus(time);
        while (Instant.now().isBefore(end)) {
            poll(Duration.ofMillis(100));
        }
    }

    public int outcomes() {
        return detections.size() + skipped.size() + deadLetters.size();
    }

    public List<Detections> detections(String camera) {
        return detections.stream()
                .filter(result -> result.getCameraId().equals(camera))
                .toList();
    }

    public List<Actions> actions(String camera) {
        return actions.stream()
                .filter(result -> result.getCameraId().equals(camera))
                .toList();
    }

    public List<Event> events(String camera) {
        return events.stream()
                .filter(event -> event.getCameraId().equals(camera))
                .toList();
    }

    /** Two runs over the same frames differ in nothing else. */
    public List<Detections> detectionsWithoutTimings(String camera) {
        return detections(camera).stream()
                .map(found -> Detections.newBuilder(found).setTimings(List.of()).build())
                .toList();
    }

    public List<Actions> actionsWithoutTimings(String camera) {
        return actions(camera).stream()
                .map(found -> Actions.newBuilder(found).setTimings(List.of()).build())
                .toList();
    }

    public List<Skipped> skipped(String camera) {
        return skipped.stream()
                .filter(result -> result.getCameraId().equals(camera))
                .toList();
    }

    public List<DeadLetter> deadLetters() {
        return List.copyOf(deadLetters);
    }

    @Override
    public void close() {
        consumer.close();
    }

    private void poll(Duration time) {
        consumer.poll(time).forEach(this::add);
    }

    private void add(ConsumerRecord<byte[], byte[]> found) {
        String topic = found.topic();
        if (topic.equals(topics.detections().name())) {
            detections.add(topics.detections().values().fromBytes(found.value()));
        } else if (topic.equals(topics.actions().name())) {
            actions.add(topics.actions().values().fromBytes(found.value()));
        } else if (topic.equals(topics.skipped().name())) {
            skipped.add(topics.skipped().values().fromBytes(found.value()));
        } else if (topic.equals(topics.events().name())) {
            events.add(topics.events().values().fromBytes(found.value()));
        } else {
            deadLetters.add(topics.deadLetters().values().fromBytes(found.value()));
        }
    }
}
