package io.vigil.sinks.app;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.vigil.schema.config.KnownKeys;
import io.vigil.sinks.delivery.DestinationConfig;
import io.vigil.sinks.delivery.RetrySettings;
import io.vigil.sinks.mqtt.MqttConfig;
import io.vigil.sinks.webhook.WebhookConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The configuration of the sinks; {@code sink-reference.conf} beside this class explains every key.
 *
 * @param bootstrapServers where Kafka is
 * @param sinks at least one
 * @param kafka handed to the clients unchanged
 */
public record SinkConfig(String bootstrapServers, List<Sink> sinks, Map<String, String> kafka) {

    /**
     * One sink.
     *
     * @param name unique; names the consumer group, too
     * @param start where a sink that has never run begins: earliest or latest
     * @param retry how deliveries are tried again
     * @param destination where it goes to
     */
    public record Sink(String name, String start, RetrySettings retry, DestinationConfig destination) {}

    private static final Config REFERENCE = ConfigFactory.parseURL(requireNonNull(
            SinkConfig.class.getResource("sink-reference.conf"), "sink-reference.conf is missing from the jar"));

    private static final Set<String> STARTS = Set.of("earliest", "latest");

    /** Every key but those of a sink, with its default. The block metrics is for the process that runs the sinks. */
    public static Config reference() {
        return REFERENCE.getConfig("service");
    }

    /**
     * Reads the configuration, with defaults for what it does not say.
     *
     * @throws ConfigException if a key is unknown or missing, or a value is none
     */
    public static SinkConfig from(Config given) {
        Config resolved = given.resolve();
        new KnownKeys(reference(), Set.of("kafka")).check(resolved);
        Config config = resolved.withFallback(reference());
        List<Sink> sinks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Config element : config.getConfigList("sinks")) {
            Sink sink = sink(element);
            if (!names.add(sink.name())) {
                throw new ConfigException.BadValue(
                        element.origin(), "sinks", "two sinks are called %s".formatted(sink.name()));
            }
            sinks.add(sink);
        }
        if (sinks.isEmpty()) {
            throw new ConfigException.Missing("sinks");
        }
        return new SinkConfig(config.getString("bootstrap-servers"), List.copyOf(sinks), kafka(config));
    }

    private static Sink sink(Config element) {
        new KnownKeys(REFERENCE.getConfig("sink"), Set.of()).check(element);
        Config config = element.withFallback(REFERENCE.getConfig("sink"));
        String name = config.getString("name");
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new ConfigException.BadValue(
                    element.origin(), "name", "must be 1 to 64 of A-Z a-z 0-9 . _ -, is '%s'".formatted(name));
        }
        String start = config.getString("start");
        if (!STARTS.contains(start)) {
            throw new ConfigException.BadValue(
                    element.origin(), "start", "must be earliest or latest, is %s".formatted(start));
        }
        if (element.hasPath("webhook") == element.hasPath("mqtt")) {
            throw new ConfigException.BadValue(element.origin(), name, "a sink has either a webhook or an mqtt block");
        }
        try {
            DestinationConfig destination = element.hasPath("webhook")
                    ? WebhookConfig.from(config.getConfig("webhook"))
                    : MqttConfig.from(config.getConfig("mqtt"));
            return new Sink(name, start, retry(config), destination);
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(element.origin(), name, String.valueOf(e.getMessage()), e);
        }
    }

    private static RetrySettings retry(Config config) {
        return new RetrySettings(
                config.getDuration("retry.first"),
                config.getDuration("retry.max"),
                config.hasPath("retry.give-up-after")
                        ? Optional.of(config.getDuration("retry.give-up-after"))
                        : Optional.empty());
    }

    private static Map<String, String> kafka(Config config) {
        Map<String, String> settings = new TreeMap<>();
        config.getConfig("kafka")
                .entrySet()
                .forEach(entry -> settings.put(
                        String.join(".", ConfigUtil.splitPath(entry.getKey())),
                        entry.getValue().unwrapped().toString()));
        return settings;
    }
}
