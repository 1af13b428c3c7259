package io.vigil.console.export;

import io.vigil.console.cluster.Cluster;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What is committed to some topics with a timestamp in a span, up to the end that the topics had when it was opened; in order per
 * partition.
 *
 * <p>Reading begins where Kafka says that the span may begin, and goes on to that end: a record of an earlier time may follow one of
 * a later time, because each camera has its own clock. Not thread-safe.
 */
final class CommittedRecords implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TimeSpan span;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final long total;

    private CommittedRecords(KafkaConsumer<byte[], byte[]> consumer, List<String> topics, TimeSpan span) {
        this.consumer = consumer;
        this.span = span;
        this.total = seek(topics);
    }

    /**
     * Looks where the span lies.
     *
     * @throws Failure if no broker answers, or a topic is missing
     */
    static CommittedRecords open(Cluster cluster, List<String> topics, TimeSpan span) {
        try {
            KafkaConsumer<byte[], byte[]> consumer = cluster.committedRecords(
                    Map.of(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis()));
            try {
                return new CommittedRecords(consumer, topics, span);
            } catch (RuntimeException e) {
                consumer.close();
                throw e;
            }
        } catch (TimeoutException e) {
            throw new Failure(
                    ExitCode.UNAVAILABLE,
                    "no Kafka broker answers at %s within %d s; check --bootstrap"
                            .formatted(cluster, TIMEOUT.toSeconds()),
                    e);
        } catch (KafkaException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new Failure(
                    ExitCode.UNAVAILABLE, "Kafka at %s cannot be read: %s".formatted(cluster, reason.getMessage()), e);
        }
    }

    /** Records between the beginning and the end, those that are not wanted included. */
    long total() {
        return total;
    }

    /** Those of {@link #total} that are still to be read; 0 at the end. */
    long remaining() {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey())))
                .sum();
    }

    /** The next records of the span; may be empty before the end, too. */
    List<ConsumerRecord<byte[], byte[]>> next() {
        List<ConsumerRecord<byte[], byte[]>> wanted = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
            TopicPartition partition = new TopicPartition(found.topic(), found.partition());
            boolean beforeTheEnd = found.offset() < ends.getOrDefault(partition, 0L);
            if (beforeTheEnd && found.value() != null && span.contains(found.timestamp())) {
                wanted.add(found);
            }
        }
        return wanted;
    }

    @Override
    public void close() {
        consumer.close();
    }

    private long seek(List<String> topics) {
        List<TopicPartition> partitions =
                topics.stream().flatMap(topic -> partitionsOf(topic).stream()).toList();
        consumer.assign(partitions);
        ends.putAll(consumer.endOffsets(partitions));
        Map<TopicPartition, @Nullable OffsetAndTimestamp> begins = consumer.offsetsForTimes(
                partitions.stream().collect(Collectors.toMap(Function.identity(), unused -> span.from()
                        .toEpochMilli())));
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp begin = begins.get(partition);
            consumer.seek(partition, begin == null ? ends.getOrDefault(partition, 0L) : begin.offset());
        }
        return remaining();
    }

    private List<TopicPartition> partitionsOf(String topic) {
        List<TopicPartition> found = Cluster.partitions(consumer, List.of(topic));
        if (found.isEmpty()) {
            throw new Failure(
                    ExitCode.UNAVAILABLE, "topic %s is missing; check --bootstrap and --topic-prefix".formatted(topic));
        }
        return found;
    }
}
