package io.vigil.console.web.service;

import io.vigil.console.cluster.Cluster;
import io.vigil.console.web.RecordReader;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.WireFormatException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The newest dead letters. Reads on whenever it is asked, and keeps no bytes of frames. Thread-safe. */
final class DeadLetters implements AutoCloseable {

    /** How many are kept. */
    static final int CAPACITY = 100;

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    /** In so many records of a partition as many letters are found: beside each there may be the mark of a transaction. */
    private static final int SPAN = 2 * CAPACITY;

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Comparator<Position> ORDER =
            Comparator.comparingInt(Position::partition).thenComparingLong(Position::offset);
    private static final Comparator<Entry> BY_TIME =
            Comparator.comparing(entry -> entry.letter().getTimestamp());

    private final Topics topics;
    private final RecordReader reader;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final NavigableMap<Position, Entry> newest = new TreeMap<>(ORDER);

    /**
     * Reads nothing yet.
     *
     * @param reader for single records
     */
    DeadLetters(Cluster cluster, Topics topics, RecordReader reader) {
        this.topics = topics;
        this.reader = reader;
        this.consumer = cluster.committedRecords(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
    }

    /** The newest ones, newest first, without their values. What is not read within 3 s is left for the next call. */
    synchronized List<Entry> newest() {
        if (consumer.assignment().isEmpty()) {
            consumer.assign(
                    Cluster.partitions(consumer, List.of(topics.deadLetters().name())));
        }
        long begin = System.nanoTime();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), LIMIT);
        ends.forEach(this::skipOld);
        while (isBefore(ends) && System.nanoTime() - begin < LIMIT.toNanos()) {
            consumer.poll(POLL).forEach(this::add);
        }
        return newest.values().stream().sorted(BY_TIME.reversed()).toList();
    }

    /** A dead letter with its value; empty if Kafka holds it no longer. */
    Optional<DeadLetter> at(Position position) {
        return reader.at(
                        new TopicPartition(topics.deadLetters().name(), position.partition()), position.offset(), LIMIT)
                .flatMap(this::read);
    }

    @Override
    public synchronized void close() {
        consumer.close();
    }

    private void skipOld(TopicPartition partition, long end) {
        if (consumer.position(partition, LIMIT) < end - SPAN) {
            consumer.seek(partition, end - SPAN);
        }
    }

    private boolean isBefore(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), LIMIT) < end.getValue());
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        read(record).ifPresent(letter -> {
            Position position = new Position(record.partition(), record.offset());
            newest.put(position, new Entry(position, letter.getValue() != null, withoutValue(letter)));
            if (newest.size() > CAPACITY) {
                newest.values().stream().min(BY_TIME).map(Entry::position).ifPresent(newest::remove);
            }
        });
    }

    private Optional<DeadLetter> read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(topics.deadLetters().values().fromBytes(record.value()));
        } catch (WireFormatException e) {
            LOG.debug("{}-{} offset {} is no dead letter", record.topic(), record.partition(), record.offset(), e);
            return Optional.empty();
        }
    }

    private static DeadLetter withoutValue(DeadLetter letter) {
        return new DeadLetter(
                letter.getTopic(),
                letter.getPartition(),
                letter.getOffset(),
                letter.getTimestamp(),
                letter.getReason(),
                letter.getMessage(),
                letter.getKey(),
                letter.getHeaders(),
                letter.getValueSize(),
                null);
    }

    /** Where a dead letter lies in its topic. */
    record Position(int partition, long offset) {}

    /**
     * A dead letter.
     *
     * @param hasBytes whether it carries the value of the record it is about
     * @param letter itself, without that value
     */
    record Entry(Position position, boolean hasBytes, DeadLetter letter) {}
}
