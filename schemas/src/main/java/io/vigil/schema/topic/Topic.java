package io.vigil.schema.topic;

import io.vigil.schema.wire.AvroSerde;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A topic keyed by camera id.
 *
 * @param name its name in Kafka
 * @param values how its values are written and read
 * @param retention how long records are kept; empty: the last record of every key is, for ever
 * @param maxMessageBytes the largest record batch the broker accepts, bytes
 */
public record Topic<T extends SpecificRecord>(
        String name, AvroSerde<T> values, Optional<Duration> retention, int maxMessageBytes) {

    public Serde<String> keys() {
        return Serdes.String();
    }

    /** What to ask a broker for; frames are JPEG already, so the broker keeps every producer's own compression. */
    public NewTopic definition(int partitions, short replicationFactor) {
        Map<String, String> settings = new HashMap<>(Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(maxMessageBytes),
                TopicConfig.COMPRESSION_TYPE_CONFIG,
                "producer"));
        retention.ifPresentOrElse(
                kept -> settings.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(kept.toMillis())),
                () -> settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        return new NewTopic(name, partitions, replicationFactor).configs(settings);
    }
}
