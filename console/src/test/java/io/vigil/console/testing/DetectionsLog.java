package io.vigil.console.testing;

import io.vigil.schema.Detections;
import io.vigil.schema.topic.Topic;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes detections in transactions, as the service does. */
public final class DetectionsLog {

    private final String bootstrap;
    private final Topic<Detections> topic;

    public DetectionsLog(String bootstrap, Topic<Detections> topic) {
        this.bootstrap = bootstrap;
        this.topic = topic;
    }

    public void publish(List<Detections> detections) {
        write(detections, true);
    }

    /** Writes what must never be seen. */
    public void publishAborted(List<Detections> detections) {
        write(detections, false);
    }

    private void write(List<Detections> detections, boolean commit) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "detections-log"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            detections.forEach(found -> producer.send(new ProducerRecord<>(
                    topic.name(), found.getCameraId(), topic.values().toBytes(found))));
            producer.flush();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }
}
