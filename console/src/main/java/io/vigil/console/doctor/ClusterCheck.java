package io.vigil.console.doctor;

import io.vigil.console.cluster.Cluster;
import io.vigil.console.process.Failure;
import io.vigil.console.topics.TopicAdmin;
import io.vigil.console.topics.TopicState;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;

/** Brokers, topics and their limits, and the brokers' clock. */
public record ClusterCheck(Cluster cluster, Topics topics) implements Check {

    /** Frames are stamped by the ingest's host, and retention is counted by the broker's clock. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(1);

    @Override
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        try (TopicAdmin admin = TopicAdmin.connect(cluster)) {
            List<TopicState> found = admin.describe(topics);
            findings.add(Finding.ok("broker", "%s answers".formatted(cluster)));
            for (int i = 0; i < found.size(); i++) {
                findings.add(topic(topics.all().get(i), found.get(i)));
            }
            findings.add(clock(admin));
        } catch (Failure e) {
            findings.add(Finding.problem(
                    "broker",
                    String.valueOf(e.getMessage()),
                    "check host and port of the bootstrap servers, and the firewall between"));
        } catch (KafkaException e) {
            findings.add(Finding.problem(
                    "broker",
                    "%s refuses us: %s".formatted(cluster, e.getMessage()),
                    "check the security settings of the kafka block and the rights of its user"));
        }
        return findings;
    }

    private Finding topic(Topic<?> wanted, TopicState found) {
        String subject = "topic " + wanted.name();
        if (!found.exists()) {
            return Finding.problem(
                    subject, "it does not exist", "vigil topics create --bootstrap " + cluster.bootstrap());
        }
        long taken = Long.parseLong(found.settings().getOrDefault(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "0"));
        if (taken < wanted.maxMessageBytes()) {
            return Finding.problem(
                    subject,
                    "it takes records of %d bytes, Vigil writes up to %d".formatted(taken, wanted.maxMessageBytes()),
                    "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s=%d"
                            .formatted(
                                    cluster.bootstrap(),
                                    wanted.name(),
                                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                    wanted.maxMessageBytes()));
        }
        if (!found.warnings().isEmpty()) {
            return Finding.warning(
                    subject, String.join("; ", found.warnings()), "change it, unless it was meant to be different");
        }
        return Finding.ok(subject, "%d partitions, records up to %d bytes".formatted(found.partitions(), taken));
    }

    private Finding clock(TopicAdmin admin) {
        try {
            Duration ahead = admin.clockAhead(topics.frames().name() + ".doctor");
            String shown = "the broker's clock is %d ms %s ours"
                    .formatted(ahead.abs().toMillis(), ahead.isNegative() ? "behind" : "ahead of");
            return ahead.abs().compareTo(CLOCK_TOLERANCE) <= 0
                    ? Finding.ok("clock", shown)
                    : Finding.warning("clock", shown, "let all hosts follow one time server: timedatectl set-ntp true");
        } catch (KafkaException e) {
            return Finding.warning(
                    "clock",
                    "it could not be compared, which takes a topic of its own for a moment: " + e.getMessage(),
                    "compare the hosts' clocks by hand: date +%s.%N");
        }
    }
}
