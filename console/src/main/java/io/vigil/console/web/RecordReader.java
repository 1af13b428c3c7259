package io.vigil.console.web;

import io.vigil.console.cluster.Cluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Reads single committed records from anywhere in a topic. Thread-safe; one reads at a time. */
public final class RecordReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_WAIT_MS = 100;

    private final KafkaConsumer<byte[], byte[]> consumer;

    public RecordReader(Cluster cluster) {
        this.consumer = cluster.committedRecords(Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, MAX_WAIT_MS));
    }

    public synchronized List<TopicPartition> partitions(String topic) {
        return Cluster.partitions(consumer, List.of(topic));
    }

    /** The first offset whose record is of {@code timestamp} or later, milliseconds since 1970-01-01 UTC; empty if there is none. */
    public synchronized OptionalLong offsetFor(TopicPartition partition, long timestamp) {
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(partition, timestamp)).get(partition);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.offset());
    }

    /** The record at an offset; empty if it is there no longer, or not yet. */
    public Optional<ConsumerRecord<byte[], byte[]>> at(TopicPartition partition, long offset, Duration limit) {
        return first(partition, offset, record -> record.offset() >= offset, limit)
                .filter(record -> record.offset() == offset);
    }

    /** The first record from {@code offset} on that is {@code wanted}; empty if there is none within {@code limit}. */
    public synchronized Optional<ConsumerRecord<byte[], byte[]>> first(
            TopicPartition partition, long offset, Predicate<ConsumerRecord<byte[], byte[]>> wanted, Duration limit) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        long begin = System.nanoTime();
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        while (consumer.position(partition) < end && System.nanoTime() - begin < limit.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (wanted.test(record)) {
                    return Optional.of(record);
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public synchronized void close() {
        consumer.close();
    }
}
