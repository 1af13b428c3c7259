package io.vigil.console.cli;

import io.vigil.schema.topic.Topics;
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

    String bootstrap() {
        return bootstrap;
    }

    Topics topics() {
        return topicOptions.topics();
    }

    /** The topics with the schema ids that are in force, for whoever reads or writes records. */
    Topics topicsWithIds() {
        return topicOptions.topics(SchemaIdSource.environment());
    }
}
