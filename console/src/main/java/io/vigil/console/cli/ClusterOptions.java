package io.vigil.console.cli;

import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
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

    @Option(
            names = "--topic-prefix",
            defaultValue = "vigil.",
            paramLabel = "PREFIX",
            description = "What the names of the topics start with (default: ${DEFAULT-VALUE}).")
    private String topicPrefix;

    String bootstrap() {
        return bootstrap;
    }

    Topics topics() {
        return Topics.withPrefix(topicPrefix, BuiltInSchemaIds.instance());
    }
}
