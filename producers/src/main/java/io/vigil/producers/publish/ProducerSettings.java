package io.vigil.producers.publish;

import io.vigil.schema.topic.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The Kafka producer's settings: ours, overlaid with those of the {@code kafka} block.
 *
 * @param values as {@link ProducerConfig} takes them, without serializers
 */
public record ProducerSettings(Map<String, Object> values) {

    /** A frame, its record's header and the batch around it. */
    private static final int MAX_REQUEST_BYTES = Topics.MAX_FRAME_BYTES + 64 * 1024;

    private static final long BUFFER_BYTES = 64L * 1024 * 1024;

    private static final Map<String, Object> DEFAULTS = Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            "localhost:9092",
            ProducerConfig.CLIENT_ID_CONFIG,
            "vigil-ingest",
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            BUFFER_BYTES,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            500L,
            ProducerConfig.LINGER_MS_CONFIG,
            5L,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            10_000,
            ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            2_000L);

    /** What the accounting, the order of frames and their size rest on; not open to the configuration file. */
    private static final Map<String, Object> FIXED = Map.of(
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "none",
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            MAX_REQUEST_BYTES);

    private static final Pattern HOST_AND_PORT = Pattern.compile("\\S+:[0-9]{1,5}");

    private static final List<String> NOT_OURS = List.of(
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG);

    public ProducerSettings {
        values = Map.copyOf(values);
    }

    /**
     * Our settings overlaid with {@code overrides}.
     *
     * @throws IllegalArgumentException if an override touches what is fixed, or Kafka refuses a value
     */
    public static ProducerSettings with(Map<String, ?> overrides) {
        for (String key : overrides.keySet()) {
            if (FIXED.containsKey(key)) {
                throw new IllegalArgumentException(
                        "kafka.%s is always %s for frames; remove the key".formatted(key, FIXED.get(key)));
            }
            if (NOT_OURS.contains(key)) {
                throw new IllegalArgumentException("kafka.%s cannot be set for frames; remove the key".formatted(key));
            }
        }
        Map<String, Object> values = new HashMap<>(DEFAULTS);
        values.putAll(overrides);
        values.putAll(FIXED);
        checkServers(String.valueOf(values.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG)));
        checkValues(values);
        return new ProducerSettings(values);
    }

    /** Bytes that one of {@code cameras} may have unacknowledged: a fair share of the producer's buffer. */
    long shareOfBuffer(int cameras) {
        Object buffer = values.getOrDefault(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        return Long.parseLong(buffer.toString()) / (cameras + 1);
    }

    /** The servers only: other values may be secrets. */
    @Override
    public String toString() {
        return "ProducerSettings[%s, %d settings]"
                .formatted(values.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG), values.size());
    }

    private static void checkServers(String servers) {
        for (String server : servers.split(",", -1)) {
            if (!HOST_AND_PORT.matcher(server.strip()).matches()) {
                throw new IllegalArgumentException(
                        "kafka.bootstrap.servers must be host:port, several separated by commas: \"%s\""
                                .formatted(servers));
            }
        }
    }

    private static void checkValues(Map<String, Object> values) {
        Map<String, Object> complete = new HashMap<>(values);
        complete.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        complete.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        try {
            new ProducerConfig(complete);
        } catch (ConfigException e) {
            throw new IllegalArgumentException("kafka: " + e.getMessage(), e);
        }
    }
}
