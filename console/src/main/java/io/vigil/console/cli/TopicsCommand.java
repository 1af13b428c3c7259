package io.vigil.console.cli;

import io.vigil.console.process.ExitCode;
import io.vigil.console.topics.TopicAdmin;
import io.vigil.console.topics.TopicState;
import io.vigil.schema.topic.Topics;
import java.io.PrintWriter;
import java.util.List;
import org.apache.kafka.clients.admin.NewTopic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Vigil's topics in a cluster. */
@Command(
        name = "topics",
        description = "Create, describe or list Vigil's topics.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  vigil topics create --bootstrap kafka:9092 --partitions 16 --replication 3",
            "  vigil topics describe --bootstrap kafka:9092",
            "  vigil topics list --bootstrap kafka:9092 --command-config client.properties"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TopicsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with the topics: create, describe or list");
    }

    @Command(
            name = "create",
            description = "Make the topics that do not exist, with the settings Vigil needs.",
            mixinStandardHelpOptions = true)
    int create(
            @Mixin ClusterOptions cluster,
            @Option(
                            names = "--partitions",
                            defaultValue = "8",
                            paramLabel = "N",
                            description =
                                    "Partitions of each topic: at most so many service threads share the cameras (default: ${DEFAULT-VALUE}).")
                    int partitions,
            @Option(
                            names = "--replication",
                            defaultValue = "-1",
                            paramLabel = "N",
                            description = "Copies of each partition (default: the cluster's own default).")
                    short replication) {
        if (partitions < 1) {
            throw new ParameterException(spec.commandLine(), "--partitions must be at least 1: " + partitions);
        }
        if (replication < 1 && replication != TopicAdmin.CLUSTER_DEFAULT) {
            throw new ParameterException(spec.commandLine(), "--replication must be at least 1: " + replication);
        }
        Topics topics = cluster.topics();
        try (TopicAdmin admin = TopicAdmin.connect(cluster.cluster())) {
            List<String> made = admin.create(definitions(topics, partitions, replication));
            for (TopicState topic : admin.describe(topics)) {
                out().println("%s %s (%d partitions)"
                        .formatted(
                                made.contains(topic.name()) ? "created" : "kept   ", topic.name(), topic.partitions()));
                warn(topic);
            }
        }
        return ExitCode.OK.code();
    }

    @Command(
            name = "describe",
            description = "Show partitions, copies and settings, and warn where they are not what Vigil asks for.",
            mixinStandardHelpOptions = true)
    int describe(@Mixin ClusterOptions cluster) {
        try (TopicAdmin admin = TopicAdmin.connect(cluster.cluster())) {
            for (TopicState topic : admin.describe(cluster.topics())) {
                if (topic.exists()) {
                    out().println("%s: %d partitions, %d %s"
                            .formatted(
                                    topic.name(),
                                    topic.partitions(),
                                    topic.replicationFactor(),
                                    topic.replicationFactor() == 1 ? "copy" : "copies"));
                    topic.settings().forEach((key, value) -> out().println("  %s = %s".formatted(key, value)));
                }
                warn(topic);
            }
        }
        return ExitCode.OK.code();
    }

    @Command(
            name = "list",
            description = "List the topics, those that are missing too.",
            mixinStandardHelpOptions = true)
    int list(@Mixin ClusterOptions cluster) {
        try (TopicAdmin admin = TopicAdmin.connect(cluster.cluster())) {
            for (TopicState topic : admin.describe(cluster.topics())) {
                out().println(topic.name() + (topic.exists() ? "" : " (missing)"));
            }
        }
        return ExitCode.OK.code();
    }

    static List<NewTopic> definitions(Topics topics, int partitions, short replication) {
        return topics.all().stream()
                .map(topic -> topic.definition(partitions, replication))
                .toList();
    }

    private void warn(TopicState topic) {
        topic.warnings().forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
        spec.commandLine().getErr().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
