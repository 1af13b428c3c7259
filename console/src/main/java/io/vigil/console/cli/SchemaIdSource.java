package io.vigil.console.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.vigil.console.config.ConfigKey;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.schema.registry.RegistrySchemaIds;
import io.vigil.schema.registry.RegistrySettings;
import io.vigil.schema.wire.BuiltInSchemaIds;
import io.vigil.schema.wire.SchemaIds;
import io.vigil.streams.app.ServiceConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where schema ids come from: the registry that the {@code schema-registry} block names, or else they are built in. */
final class SchemaIdSource {

    private static final String BLOCK = "schema-registry";
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private SchemaIdSource() {}

    /**
     * The ids.
     *
     * @param configuration of which the block is read; it may be missing
     * @throws Failure if the block has a value that is none
     */
    static SchemaIds of(Config configuration) {
        Config block = configuration.withFallback(ServiceConfig.reference()).getConfig(BLOCK);
        if (!block.hasPath("url")) {
            return BuiltInSchemaIds.instance();
        }
        try {
            RegistrySettings settings =
                    RegistrySettings.of(block.getString("url"), authorization(block), timeout(block));
            return RegistrySchemaIds.of(settings, InstantSource.system());
        } catch (IllegalArgumentException | ConfigException e) {
            throw new Failure(ExitCode.USAGE, "%s: %s".formatted(BLOCK, e.getMessage()), e);
        }
    }

    /** What the environment says, for processes without a configuration file that has the block. */
    static Config environment() {
        Map<String, String> values = new HashMap<>();
        for (ConfigKey key : ConfigKey.allOf(ServiceConfig.reference())) {
            String value = System.getenv(key.variable());
            if (key.path().startsWith(BLOCK + ".") && value != null) {
                values.put(key.path(), value);
            }
        }
        return ConfigFactory.parseMap(values, "the environment");
    }

    private static Optional<String> authorization(Config block) {
        if (block.hasPath("user") && block.hasPath("bearer-token")) {
            throw new IllegalArgumentException("user and bearer-token exclude each other");
        }
        if (block.hasPath("user")) {
            return Optional.of(RegistrySettings.basic(block.getString("user"), block.getString("password")));
        }
        return block.hasPath("bearer-token")
                ? Optional.of(RegistrySettings.bearer(block.getString("bearer-token")))
                : Optional.empty();
    }

    private static Duration timeout(Config block) {
        Duration timeout = block.getDuration("timeout");
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeout must be 100 ms to 1 m, is %s".formatted(timeout));
        }
        return timeout;
    }
}
