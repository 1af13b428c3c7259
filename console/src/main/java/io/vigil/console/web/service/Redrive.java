package io.vigil.console.web.service;

import io.vigil.console.cluster.Cluster;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.RecordHeader;
import io.vigil.schema.topic.Topic;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Sends the record of a dead letter again, as it was: key, value, headers, timestamp and partition. Thread-safe. */
final class Redrive implements AutoCloseable {

    private static final int LIMIT_MS = 10_000;

    private final Topic<?> frames;
    private final Producer<byte[], byte[]> producer;

    Redrive(Cluster cluster, Topic<?> frames) {
        this.frames = frames;
        this.producer = cluster.producer(Map.of(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                frames.maxMessageBytes(),
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                LIMIT_MS,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                LIMIT_MS / 2,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                LIMIT_MS));
    }

    /**
     * Sends it and waits until the broker has it.
     *
     * @return where the record lies now
     * @throws IllegalArgumentException if the dead letter has no bytes to send
     * @throws KafkaException if the broker did not take it
     */
    RecordMetadata send(DeadLetter letter) throws InterruptedException {
        ByteBuffer value = letter.getValue();
        if (value == null) {
            throw new IllegalArgumentException("the dead letter does not carry the record's bytes");
        }
        RecordHeaders headers = new RecordHeaders();
        for (RecordHeader header : letter.getHeaders()) {
            headers.add(header.getKey(), bytes(header.getValue()));
        }
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                frames.name(),
                letter.getPartition(),
                letter.getTimestamp().toEpochMilli(),
                bytes(letter.getKey()),
                bytes(value),
                headers);
        try {
            return producer.send(record).get(LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the broker did not take the record: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofMillis(LIMIT_MS));
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
