package io.vigil.console.cli;

import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import picocli.CommandLine.Option;

/** Which topics of a cluster are Vigil's. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TopicOptions {

    @Option(
            names = "--topic-prefix",
            defaultValue = "vigil.",
            paramLabel = "PREFIX",
            description = "What the names of the topics start with (default: ${DEFAULT-VALUE}).")
    private String topicPrefix;

    Topics topics() {
        return Topics.withPrefix(topicPrefix, BuiltInSchemaIds.instance());
    }
}
