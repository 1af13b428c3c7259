package io.vigil.console.testing;

import io.vigil.schema.Event;
import io.vigil.schema.EventKind;
import io.vigil.schema.FrameReference;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes events of one camera in transactions, as the service does. */
public final class EventLog {

    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final String CAMERA = "north";

    private final Topic<Event> topic = Topics.standard().events();
    private final String bootstrap;

    public EventLog(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    public void publish(List<String> ids) {
        write(ids, true);
    }

    /** Writes what must never be seen. */
    public void publishAborted(List<String> ids) {
        write(ids, false);
    }

    private void write(List<String> ids, boolean commit) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "event-log"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            ids.forEach(id -> producer.send(
                    new ProducerRecord<>(topic.name(), CAMERA, topic.values().toBytes(event(id)))));
            producer.flush();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private static Event event(String id) {
        return new Event(
                id,
                CAMERA,
                EventKind.ENTERED,
                "yard",
                START,
                START,
                "1-2-0",
                "person",
                0.75f,
                null,
                null,
                null,
                new FrameReference("vigil.frames", 0, 17L, 1L, 2L));
    }
}
