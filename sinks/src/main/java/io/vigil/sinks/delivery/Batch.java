package io.vigil.sinks.delivery;

import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Records that were polled together, and how far they have been delivered. Thread-safe. */
final class Batch {

    private final List<ConsumerRecord<String, byte[]>> records;
    private final Set<ConsumerRecord<String, byte[]>> waiting = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();

    Batch(List<ConsumerRecord<String, byte[]>> records) {
        this.records = List.copyOf(records);
        waiting.addAll(records);
        for (ConsumerRecord<String, byte[]> record : records) {
            next.putIfAbsent(partitionOf(record), record.offset());
        }
        committed.putAll(next);
    }

    List<ConsumerRecord<String, byte[]>> records() {
        return records;
    }

    synchronized void delivered(ConsumerRecord<String, byte[]> record) {
        waiting.remove(record);
        next.put(partitionOf(record), record.offset() + 1);
    }

    /** When the oldest record that is not delivered was written; empty if all are delivered. */
    synchronized Optional<Instant> oldestWaiting() {
        return waiting.stream()
                .map(record -> Instant.ofEpochMilli(record.timestamp()))
                .min(Comparator.naturalOrder());
    }

    /** Where each partition goes on, delivered or not. */
    synchronized Map<TopicPartition, Long> positions() {
        return Map.copyOf(next);
    }

    /** What has been delivered, and not yet been {@link #committed}. */
    synchronized Map<TopicPartition, OffsetAndMetadata> uncommitted() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        next.forEach((partition, offset) -> {
            if (!offset.equals(committed.get(partition))) {
                offsets.put(partition, new OffsetAndMetadata(offset));
            }
        });
        return offsets;
    }

    synchronized void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    }

    private static TopicPartition partitionOf(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
