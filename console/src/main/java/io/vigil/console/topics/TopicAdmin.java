package io.vigil.console.topics;

import static java.util.Objects.requireNonNull;

import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.record.TimestampType;

/** Makes and describes the topics of one installation. */
public final class TopicAdmin implements AutoCloseable {

    /** Leaves the replication factor to the cluster's {@code default.replication.factor}. */
    public static final short CLUSTER_DEFAULT = -1;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** A broker learns of a topic some time after the controller made it. */
    private static final RetryPolicy<Object> UNTIL_KNOWN = RetryPolicy.builder()
            .handle(UnknownTopicOrPartitionException.class)
            .withMaxAttempts(-1)
            .withDelay(Duration.ofMillis(50))
            .withMaxDuration(TIMEOUT)
            .build();

    private final Admin admin;
    private final Cluster cluster;
    private final InstantSource clock = InstantSource.system();

    private TopicAdmin(Admin admin, Cluster cluster) {
        this.admin = admin;
        this.cluster = cluster;
    }

    /**
     * A client of the cluster behind {@code bootstrap} that asks for no login.
     *
     * @throws Failure if {@code bootstrap} is no list of {@code host:port}
     */
    public static TopicAdmin connect(String bootstrap) {
        return connect(Cluster.at(bootstrap));
    }

    /**
     * A client of the cluster.
     *
     * @throws Failure if its address is no list of {@code host:port}, or the settings cannot be used
     */
    public static TopicAdmin connect(Cluster cluster) {
        int timeoutMs = (int) TIMEOUT.toMillis();
        Map<String, Integer> timeouts = Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        try {
            return new TopicAdmin(cluster.admin(timeouts), cluster);
        } catch (KafkaException e) {
            Throwable reason = e;
            while (reason.getCause() != null) {
                reason = reason.getCause();
            }
            throw new Failure(
                    ExitCode.USAGE,
                    (cluster.clientSettings().isEmpty()
                                    ? "--bootstrap takes host:port[,host:port...], not \"%s\": %s"
                                    : "no client can be made for \"%s\" with the given settings: %s")
                            .formatted(cluster, reason.getMessage()),
                    e);
        }
    }

    /**
     * Makes those of the topics that do not exist, and returns when every partition of theirs has a leader that serves it; leaves
     * the others as they are.
     *
     * @return the names of the topics that were made
     */
    public List<String> create(List<NewTopic> topics) {
        Map<String, KafkaFuture<Void>> answers = admin.createTopics(topics).values();
        List<String> made = new ArrayList<>();
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (NewTopic topic : topics) {
            try {
                await(requireNonNull(answers.get(topic.name())));
                made.add(topic.name());
                IntStream.range(0, topic.numPartitions())
                        .forEach(partition ->
                                ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest()));
            } catch (TopicExistsException existing) {
                // what exists is kept; describe tells how it differs
            }
        }
        awaitNames(made);
        // a producer that is told of a leader before the leader knows of it can be stuck until its delivery timeout
        Failsafe.with(UNTIL_KNOWN).run(() -> await(admin.listOffsets(ends).all()));
        made.sort(null);
        return made;
    }

    /** Vigil's topics as they are in the cluster, in the order of {@link Topics#all}. */
    public List<TopicState> describe(Topics topics) {
        return topics.all().stream().map(this::describe).toList();
    }

    /**
     * How far a broker's clock is ahead of this host's, negative if it is behind: what it stamps on a record of a topic that
     * exists for that moment only.
     *
     * @param prefix of the topic's name
     * @throws KafkaException if the topic or the record is refused
     */
    public Duration clockAhead(String prefix) {
        String topic = prefix + "-" + UUID.randomUUID();
        await(admin.createTopics(List.of(new NewTopic(topic, 1, CLUSTER_DEFAULT)
                        .configs(Map.of(
                                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, TimestampType.LOG_APPEND_TIME.toString()))))
                .all());
        try (Producer<byte[], byte[]> producer = cluster.producer(Map.of())) {
            ProducerRecord<byte[], byte[]> empty = new ProducerRecord<>(topic, new byte[0]);
            stamp(producer.send(empty)); // connects, which takes long
            long before = clock.millis();
            long stamped = stamp(producer.send(empty));
            long halfway = (before + clock.millis()) / 2;
            return Duration.ofMillis(stamped - halfway);
        } finally {
            await(admin.deleteTopics(List.of(topic)).all());
        }
    }

    @Override
    public void close() {
        admin.close(TIMEOUT);
    }

    /** Lists what the broker knows: a question about a topic that it does not know yet would be logged as an error by the client. */
    private void awaitNames(List<String> topics) {
        Failsafe.with(UNTIL_KNOWN).run(() -> {
            if (!await(admin.listTopics().names()).containsAll(topics)) {
                throw new UnknownTopicOrPartitionException("not all of %s are known".formatted(topics));
            }
        });
    }

    private TopicState describe(Topic<?> topic) {
        TopicDescription found;
        Config config;
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        try {
            found = await(requireNonNull(
                    admin.describeTopics(Set.of(topic.name())).topicNameValues().get(topic.name())));
            config = await(requireNonNull(
                    admin.describeConfigs(Set.of(resource)).values().get(resource)));
        } catch (UnknownTopicOrPartitionException absent) {
            return TopicState.missing(topic.name());
        }
        int partitions = found.partitions().size();
        short replicas = (short) found.partitions().get(0).replicas().size();
        Map<String, String> wanted = topic.definition(partitions, replicas).configs();
        Map<String, String> actual = new TreeMap<>();
        List<String> warnings = new ArrayList<>();
        new TreeMap<>(wanted).forEach((key, value) -> {
            ConfigEntry entry = config.get(key);
            String is = entry == null ? "unknown" : entry.value();
            actual.put(key, is);
            if (!is.equals(value)) {
                warnings.add("%s has %s = %s, Vigil asks for %s".formatted(topic.name(), key, is, value));
            }
        });
        return new TopicState(topic.name(), partitions, replicas, actual, warnings);
    }

    private long stamp(Future<RecordMetadata> sent) {
        return await(sent).timestamp();
    }

    private <T> T await(Future<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new Failure(
                        ExitCode.UNAVAILABLE,
                        "no Kafka broker answers at %s within %d s; check --bootstrap, and --command-config if it asks for a login; or start one with: vigil broker"
                                .formatted(cluster, TIMEOUT.toSeconds()),
                        e);
            }
            if (e.getCause() instanceof KafkaException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.FAILED, "interrupted while waiting for the Kafka cluster", e);
        }
    }
}
