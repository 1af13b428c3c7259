package io.vigil.console.cli;

import io.vigil.console.cluster.Cluster;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.schema.topic.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which cluster, and which topics in it. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ClusterOptions {

    @Option(
            names = "--bootstrap",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to connect to first, separated by commas.")
    private String bootstrap;

    @Mixin
    private TopicOptions topicOptions;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description =
                    "Properties of the Kafka clients, such as security.protocol and sasl.jaas.config, as Kafka's own tools take them.")
    private @Nullable Path commandConfig;

    /** The cluster, with what its clients need to be let in. */
    Cluster cluster() {
        return new Cluster(bootstrap, clientSettings());
    }

    private Map<String, String> clientSettings() {
        if (commandConfig == null) {
            return Map.of();
        }
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(commandConfig)) {
            properties.load(file);
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--command-config %s cannot be read: %s".formatted(commandConfig, e), e);
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }

    Topics topics() {
        return topicOptions.topics();
    }

    /** The topics with the schema ids that are in force, for whoever reads or writes records. */
    Topics topicsWithIds() {
        return topicOptions.topics(SchemaIdSource.environment());
    }
}
