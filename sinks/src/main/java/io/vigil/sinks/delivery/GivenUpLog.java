package io.vigil.sinks.delivery;

import io.vigil.schema.Undelivered;
import io.vigil.schema.topic.Topic;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a sink gave up in a topic. */
final class GivenUpLog {

    private static final Logger LOG = LoggerFactory.getLogger(GivenUpLog.class);

    private final String sink;
    private final Producer<String, byte[]> producer;
    private final Topic<Undelivered> topic;
    private final InstantSource clock;

    GivenUpLog(String sink, Producer<String, byte[]> producer, Topic<Undelivered> topic, InstantSource clock) {
        this.sink = sink;
        this.producer = producer;
        this.topic = topic;
        this.clock = clock;
    }

    /** Returns when the broker has it. */
    void add(ConsumerRecord<String, byte[]> record, Attempts.GivenUp givenUp) throws InterruptedException {
        LOG.error(
                "sink {} gives up {}-{}@{} after {} attempts: {}",
                sink,
                record.topic(),
                record.partition(),
                record.offset(),
                givenUp.attempts(),
                givenUp.reason());
        Undelivered undelivered = new Undelivered(
                sink,
                record.topic(),
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(clock.millis()),
                givenUp.attempts(),
                givenUp.reason(),
                record.value() == null ? null : ByteBuffer.wrap(record.value()));
        try {
            producer.send(new ProducerRecord<>(
                            topic.name(), record.key(), topic.values().toBytes(undelivered)))
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("%s takes no records: %s".formatted(topic.name(), e.getMessage()), e);
        }
    }
}
