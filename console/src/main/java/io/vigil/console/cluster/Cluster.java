package io.vigil.console.cluster;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A Kafka cluster and how it lets us in.
 *
 * @param bootstrap brokers to connect to first
 * @param clientSettings of Kafka's clients, such as {@code security.protocol}; each client takes those that it knows
 */
public record Cluster(String bootstrap, Map<String, String> clientSettings) {

    public Cluster {
        clientSettings = Map.copyOf(clientSettings);
    }

    /** A cluster that asks for no login. */
    public static Cluster at(String bootstrap) {
        return new Cluster(bootstrap, Map.of());
    }

    /** A consumer of what is committed. */
    public KafkaConsumer<byte[], byte[]> committedRecords() {
        return committedRecords(Map.of());
    }

    /** A consumer of what is committed, with settings of its own. It joins no group and commits no offsets. */
    public KafkaConsumer<byte[], byte[]> committedRecords(Map<String, ?> own) {
        Map<String, Object> settings = consumerSettings();
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.putAll(own);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** What a consumer needs to reach the cluster. */
    public Map<String, Object> consumerSettings() {
        return settings(ConsumerConfig.configNames());
    }

    /** A producer with settings of its own. */
    public KafkaProducer<byte[], byte[]> producer(Map<String, ?> own) {
        Map<String, Object> settings = settings(ProducerConfig.configNames());
        settings.putAll(own);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A client for administration with settings of its own. */
    public Admin admin(Map<String, ?> own) {
        Map<String, Object> settings = settings(AdminClientConfig.configNames());
        settings.putAll(own);
        return Admin.create(settings);
    }

    /** All partitions of some topics; none of a topic that does not exist. */
    public static List<TopicPartition> partitions(Consumer<?, ?> consumer, Collection<String> topics) {
        return topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /** Without the settings, which hold passwords. */
    @Override
    public String toString() {
        return bootstrap;
    }

    private Map<String, Object> settings(Set<String> known) {
        Map<String, Object> settings = new HashMap<>(clientSettings);
        settings.keySet().retainAll(known);
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        return settings;
    }
}
