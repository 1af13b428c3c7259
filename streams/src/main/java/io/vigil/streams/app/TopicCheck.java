package io.vigil.streams.app;

import static java.util.Objects.requireNonNull;

import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Checks before the start that the topics exist and take what is written to them. */
final class TopicCheck {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** So long a broker may not know yet of topics that were just made. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Topics topics;
    private final String bootstrapServers;

    TopicCheck(Topics topics, String bootstrapServers) {
        this.topics = topics;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Asks the cluster; waits up to a minute for it.
     *
     * @throws StartRefusedException if Kafka refuses the settings, the cluster does not answer, or a topic is missing or too
     *     small
     */
    void check(KafkaSettings settings) {
        try (Admin admin = Admin.create(settings.admin("vigil-start"))) {
            requirePresent(admin);
            requireSamePartitions(admin);
            for (Topic<?> topic : List.of(
                    topics.detections(), topics.actions(), topics.events(), topics.skipped(), topics.deadLetters())) {
                requireSize(topic, admin);
            }
        } catch (KafkaException e) {
            throw new StartRefusedException(
                    EndReason.BAD_CONFIGURATION, "Kafka refuses the settings: %s".formatted(e.getMessage()), e);
        }
    }

    private void requirePresent(Admin admin) {
        long patientUntil = System.nanoTime() + PATIENCE.toNanos();
        Set<String> missing = missing(admin);
        while (!missing.isEmpty() && System.nanoTime() < patientUntil) {
            pause();
            missing = missing(admin);
        }
        if (!missing.isEmpty()) {
            throw new StartRefusedException(
                    EndReason.BAD_TOPICS,
                    "%s has no topics %s: create them with 'vigil topics create --bootstrap %s'"
                            .formatted(bootstrapServers, missing, bootstrapServers));
        }
    }

    private Set<String> missing(Admin admin) {
        Set<String> missing =
                new TreeSet<>(topics.all().stream().map(Topic::name).toList());
        missing.removeAll(await(admin.listTopics().names()));
        return missing;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefusedException(EndReason.STOPPED, "interrupted while waiting for topics", e);
        }
    }

    /** The rules of a camera must come to the task that its frames come to. */
    private void requireSamePartitions(Admin admin) {
        Map<String, TopicDescription> found = await(admin.describeTopics(
                        List.of(topics.frames().name(), topics.cameras().name()))
                .allTopicNames());
        int frames = partitions(found, topics.frames());
        int cameras = partitions(found, topics.cameras());
        if (frames != cameras) {
            throw new StartRefusedException(
                    EndReason.BAD_TOPICS,
                    "topic %s has %d partitions and %s has %d, they must have the same number: delete and create %s again, with --partitions %d"
                            .formatted(
                                    topics.cameras().name(),
                                    cameras,
                                    topics.frames().name(),
                                    frames,
                                    topics.cameras().name(),
                                    frames));
        }
    }

    private static int partitions(Map<String, TopicDescription> found, Topic<?> topic) {
        return requireNonNull(found.get(topic.name())).partitions().size();
    }

    private void requireSize(Topic<?> topic, Admin admin) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        int taken = await(admin.describeConfigs(List.of(resource)).all()).values().stream()
                .mapToInt(config -> Integer.parseInt(
                        config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value()))
                .min()
                .orElseThrow();
        if (taken < topic.maxMessageBytes()) {
            throw new StartRefusedException(
                    EndReason.BAD_TOPICS,
                    "topic %s takes records of %d bytes, %d are needed: raise its max.message.bytes"
                            .formatted(topic.name(), taken, topic.maxMessageBytes()));
        }
    }

    private <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StartRefusedException(
                    EndReason.KAFKA_UNREACHABLE,
                    "Kafka at %s does not answer: %s".formatted(bootstrapServers, reason(e)),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefusedException(EndReason.STOPPED, "interrupted while waiting for Kafka", e);
        }
    }

    private static String reason(Exception e) {
        return e.getCause() == null
                ? "no answer within %d s".formatted(TIMEOUT.toSeconds())
                : String.valueOf(e.getCause().getMessage());
    }
}
