package io.vigil.console.cli;

import com.typesafe.config.Config;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.schema.registry.RegistryRefusedException;
import io.vigil.schema.registry.RegistryUnavailableException;
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

    /** Names and settings of the topics; their schemas have built-in ids. */
    Topics topics() {
        return Topics.withPrefix(topicPrefix, BuiltInSchemaIds.instance());
    }

    /**
     * The topics with the schema ids that a configuration asks for; an external registry is told of all schemas.
     *
     * @throws Failure if the registry does not answer or refuses a schema
     */
    Topics topics(Config configuration) {
        try {
            return Topics.withPrefix(topicPrefix, SchemaIdSource.of(configuration));
        } catch (RegistryRefusedException e) {
            throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        } catch (RegistryUnavailableException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "%s; check schema-registry.url".formatted(e.getMessage()), e);
        }
    }
}
