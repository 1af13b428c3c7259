package io.vigil.console.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.vigil.producers.app.IngestConfig;
import io.vigil.schema.config.KnownKeys;
import io.vigil.sinks.app.SinkConfig;
import io.vigil.streams.app.ServiceConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keys that are set by variables of the environment, as containers like it.
 *
 * <p>{@code VIGIL_COMMIT_INTERVAL=1s} stands for {@code commit-interval = 1s}, and {@code VIGIL_KAFKA_SASL_MECHANISM=PLAIN} for
 * {@code kafka.sasl.mechanism = PLAIN}. A variable for a key of another process is none of ours; one that no process knows is
 * refused.
 */
public final class EnvironmentOverrides {

    static final String PREFIX = "VIGIL_";

    private static final String KAFKA = PREFIX + "KAFKA_";
    /** What the launcher and the log read. */
    private static final List<String> RESERVED = List.of("VIGIL_HOME", "VIGIL_JAVA_OPTS", "VIGIL_LOG_FORMAT");

    private final List<ConfigKey> own;
    private final Set<String> known;

    /**
     * Overrides for one process.
     *
     * @param reference of the process
     */
    public EnvironmentOverrides(Config reference) {
        this.own = ConfigKey.allOf(reference).stream()
                .filter(ConfigKey::hasVariable)
                .toList();
        this.known = Stream.concat(
                        RESERVED.stream(),
                        ofAllProcesses()
                                .flatMap(config -> ConfigKey.allOf(config).stream())
                                .filter(ConfigKey::hasVariable)
                                .map(ConfigKey::variable))
                .collect(Collectors.toSet());
    }

    private static Stream<Config> ofAllProcesses() {
        return Stream.of(
                ServiceConfig.reference(), IngestConfig.reference(), SinkConfig.reference(), ConsoleKeys.reference());
    }

    /**
     * What the environment says.
     *
     * @throws ConfigException for a variable that starts with {@code VIGIL_} and stands for nothing
     */
    public Config of(Map<String, String> environment) {
        Map<String, String> ours = environment.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(PREFIX))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        refuseUnknown(ours);
        Map<String, String> values = new HashMap<>();
        for (ConfigKey key : own) {
            String value = ours.get(key.variable());
            if (value != null) {
                values.put(key.path(), value);
            }
        }
        ours.forEach((name, value) -> {
            if (name.startsWith(KAFKA)) {
                values.put(
                        "kafka."
                                + name.substring(KAFKA.length())
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '.'),
                        value);
            }
        });
        return ConfigFactory.parseMap(values, "the environment");
    }

    private void refuseUnknown(Map<String, String> variables) {
        Map<String, String> checked = variables.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(KAFKA))
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> ""));
        Config names = ConfigFactory.parseMap(
                known.stream().collect(Collectors.toMap(name -> name, name -> "")), "the variables of the environment");
        new KnownKeys(names, Set.of()).check(ConfigFactory.parseMap(checked, "the environment"));
    }
}
