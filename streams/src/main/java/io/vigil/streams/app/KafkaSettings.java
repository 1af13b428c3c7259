package io.vigil.streams.app;

import io.vigil.schema.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of Kafka Streams that follow from the service's configuration; its {@code kafka} block comes last. */
final class KafkaSettings {

    /** Frames are large and take long: few at a time keep memory bounded and the poll interval far away. */
    private static final int MAX_POLL_RECORDS = 16;

    private static final int BUFFERED_FRAMES_PER_PARTITION = 32;

    /** How long other members wait for a killed one; Kafka's default is 45 s. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /** With it members learn that partitions are on the move, which takes a round or two; cameras that move stand still so long. Kafka's default is 3 s. */
    private static final int HEARTBEAT_INTERVAL_MS = 1_000;

    /** Kafka Streams waits so long after every changelog topic that it makes, too; Kafka's default is 100 ms. */
    private static final int RETRY_BACKOFF_MS = 20;

    /**
     * After a kill, all of a changelog is read back, and Kafka compacts full segments only: with its default of 1 GiB, that would be the
     * frames of hours. No smaller than the largest record.
     */
    private static final int CHANGELOG_SEGMENT_BYTES = 4 * Topics.MAX_FRAME_BYTES;

    /** How long a changelog tells what was deleted, for whoever reads it meanwhile; Kafka's default is a day, some 400,000 frames of a camera. */
    private static final Duration CHANGELOG_DELETIONS_KEPT = Duration.ofHours(1);

    /**
     * A frame needs three runs at most; Kafka ends transactions that go on for longer after their commit was due. The first frame after a
     * takeover, for which all support frames are run again, may come to that: its next attempt finds what they contribute.
     */
    private static final int RUNS_PER_TRANSACTION = 3;

    private final ServiceConfig config;
    private final Topics topics;

    KafkaSettings(ServiceConfig config, Topics topics) {
        this.config = config;
        this.topics = topics;
    }

    /** For the application. */
    Properties streams() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDirectory().toString());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.streamThreads());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, config.processingGuarantee());
        settings.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                config.commitPolicy().longest().toMillis());
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_FRAMES_PER_PARTITION);
        settings.put(StreamsConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF_MS);
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallRocksDb.class);
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        settings.put(StreamsConfig.topicPrefix(TopicConfig.SEGMENT_BYTES_CONFIG), CHANGELOG_SEGMENT_BYTES);
        settings.put(
                StreamsConfig.topicPrefix(TopicConfig.DELETE_RETENTION_MS_CONFIG), CHANGELOG_DELETIONS_KEPT.toMillis());
        settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), MAX_POLL_RECORDS);
        // without a prefix, so that these keys win with any prefix in the kafka block
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_INTERVAL_MS);
        // the largest thing that is written is a dead letter; frames go to changelogs and are smaller
        settings.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                topics.deadLetters().maxMessageBytes());
        if (config.isExactlyOnce()) {
            settings.put(
                    StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                    Math.toIntExact(config.inference()
                            .deadline()
                            .multipliedBy(RUNS_PER_TRANSACTION)
                            .plus(config.commitPolicy().longest())
                            .toMillis()));
        } else {
            // exactly once, a commit sends at once what waits for company; here nothing else would
            settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        }
        settings.putAll(config.kafka());
        return settings;
    }

    /**
     * For questions to the cluster.
     *
     * @param client who asks, for the brokers' logs
     * @throws ConfigException if Kafka Streams refuses the settings
     */
    Map<String, Object> admin(String client) {
        return checked().getAdminConfigs(client);
    }

    /** For reading single records back, beside the application. */
    Map<String, Object> reader() {
        return checked().getRestoreConsumerConfigs(config.applicationId() + "-explainer");
    }

    private StreamsConfig checked() {
        try {
            return new StreamsConfig(streams());
        } catch (IllegalArgumentException e) { // settings that contradict each other
            throw new ConfigException(e.getMessage());
        }
    }
}
