package io.vigil.console.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigil.console.cluster.Cluster;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.WireFormatException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what is committed to the result topics, on a thread of its own, until it is closed. */
public final class ResultFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ResultFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long LAST_RECORDS = 100;

    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, BiConsumer<@Nullable String, byte[]>> readers;
    private final Thread thread = new Thread(this::follow, "result-follower");
    private volatile @Nullable RuntimeException failure;

    private ResultFollower(Consumer<byte[], byte[]> consumer, Topics topics, ResultListener listener) {
        InstantSource clock = InstantSource.system();
        this.consumer = consumer;
        this.readers = Map.of(
                topics.detections().name(),
                reader(topics.detections(), (key, value) -> listener.detections(value, clock.instant())),
                topics.actions().name(),
                reader(topics.actions(), (key, value) -> listener.actions(value, clock.instant())),
                topics.skipped().name(),
                reader(topics.skipped(), (key, value) -> listener.skipped(value, clock.instant())),
                topics.deadLetters().name(),
                reader(
                        topics.deadLetters(),
                        (key, value) -> listener.deadLetter(Optional.ofNullable(key), value, clock.instant())),
                topics.events().name(),
                reader(topics.events(), (key, value) -> listener.event(value, clock.instant())));
    }

    /** Starts to follow; everything committed after this returns is told to {@code listener}. */
    public static ResultFollower start(Cluster cluster, Topics topics, ResultListener listener) {
        return start(cluster, topics, listener, Consumer::seekToEnd);
    }

    /** Starts to follow in a cluster that asks for no login; everything committed after this returns is told to {@code listener}. */
    public static ResultFollower start(String bootstrap, Topics topics, ResultListener listener) {
        return start(Cluster.at(bootstrap), topics, listener);
    }

    /** Starts to follow with the records since {@code since}, and the last {@value #LAST_RECORDS} of each partition at least. */
    public static ResultFollower startSince(Instant since, Cluster cluster, Topics topics, ResultListener listener) {
        return start(cluster, topics, listener, (consumer, partitions) -> {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, @Nullable OffsetAndTimestamp> found = consumer.offsetsForTimes(
                    partitions.stream().collect(Collectors.toMap(Function.identity(), unused -> since.toEpochMilli())));
            consumer.beginningOffsets(partitions).forEach((partition, begin) -> {
                long end = ends.getOrDefault(partition, begin);
                OffsetAndTimestamp at = found.get(partition);
                consumer.seek(partition, Math.max(begin, Math.min(at == null ? end : at.offset(), end - LAST_RECORDS)));
            });
        });
    }

    private static ResultFollower start(
            Cluster cluster,
            Topics topics,
            ResultListener listener,
            BiConsumer<Consumer<byte[], byte[]>, List<TopicPartition>> seek) {
        KafkaConsumer<byte[], byte[]> consumer = cluster.committedRecords();
        ResultFollower follower = new ResultFollower(consumer, topics, listener);
        List<TopicPartition> partitions = Cluster.partitions(consumer, follower.readers.keySet());
        consumer.assign(partitions);
        seek.accept(consumer, partitions);
        partitions.forEach(consumer::position);
        follower.thread.setDaemon(true);
        follower.thread.start();
        return follower;
    }

    /** Throws what ended the following before it was closed, if something did: nothing is told any more then. */
    public void check() {
        RuntimeException reason = failure;
        if (reason != null) {
            throw new Failure(ExitCode.FAILED, "following the results broke: " + reason.getMessage(), reason);
        }
    }

    /** Whether results are told still: neither closed nor broken. */
    public boolean isFollowing() {
        return thread.isAlive();
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        try (consumer) {
            while (true) {
                consumer.poll(POLL).forEach(this::read);
            }
        } catch (WakeupException closed) {
            LOG.debug("no longer following results");
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> result) {
        BiConsumer<@Nullable String, byte[]> reader = readers.get(result.topic());
        if (reader == null || result.value() == null) {
            return;
        }
        try {
            reader.accept(result.key() == null ? null : new String(result.key(), UTF_8), result.value());
        } catch (WireFormatException e) {
            LOG.warn(
                    "{}-{} offset {} is not one of Vigil's results: {}",
                    result.topic(),
                    result.partition(),
                    result.offset(),
                    e.getMessage());
        }
    }

    private static <T extends SpecificRecord> BiConsumer<@Nullable String, byte[]> reader(
            Topic<T> topic, BiConsumer<@Nullable String, T> listener) {
        return (key, bytes) -> listener.accept(key, topic.values().fromBytes(bytes));
    }
}
