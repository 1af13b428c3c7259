package io.vigil.sinks.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import io.vigil.sinks.delivery.Destination;
import io.vigil.sinks.delivery.DestinationConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where an MQTT broker is, and what topics are called there.
 *
 * @param host of the broker
 * @param port of the broker
 * @param tls whether the connection is encrypted and the broker's certificate checked
 * @param credentials empty: none are shown
 * @param format of topics and payloads
 * @param prefix of all topics but discovery
 * @param discoveryPrefix where Home Assistant looks for entities; empty: nothing is announced
 * @param timeout for one exchange with the broker
 */
public record MqttConfig(
        String host,
        int port,
        boolean tls,
        Optional<Credentials> credentials,
        MqttFormat format,
        String prefix,
        Optional<String> discoveryPrefix,
        Duration timeout)
        implements DestinationConfig {

    /** Who we are. Shows no password in logs. */
    public record Credentials(String user, String password) {

        byte[] passwordBytes() {
            return password.getBytes(UTF_8);
        }

        @Override
        public String toString() {
            return user;
        }
    }

    /**
     * Reads an {@code mqtt} block.
     *
     * @throws ConfigException if a value is missing or is none
     */
    public static MqttConfig from(Config config) {
        int port = config.getInt("port");
        if (port < 1 || port > 65_535) {
            throw new ConfigException.BadValue(config.origin(), "port", "must be 1 to 65535, is %d".formatted(port));
        }
        return new MqttConfig(
                config.getString("host"),
                port,
                config.getBoolean("tls"),
                config.hasPath("user")
                        ? Optional.of(new Credentials(config.getString("user"), config.getString("password")))
                        : Optional.empty(),
                format(config),
                topic(config, "prefix"),
                config.hasPath("discovery-prefix") ? Optional.of(topic(config, "discovery-prefix")) : Optional.empty(),
                config.getDuration("timeout"));
    }

    @Override
    public Destination<Event> openForEvents(InstantSource clock) {
        String available = prefix + "/available";
        return switch (format) {
            case HOME_ASSISTANT ->
                new MqttDestination<>(this, available, new HomeAssistantLayout(prefix, discoveryPrefix, available));
            case ONVIF -> new MqttDestination<>(this, available, new OnvifEventsLayout(prefix));
        };
    }

    /** Over a connection of its own, so that a slow event holds up no detections. */
    @Override
    public Optional<Destination<Detections>> openForDetections(InstantSource clock) {
        return switch (format) {
            case HOME_ASSISTANT -> Optional.empty();
            case ONVIF ->
                Optional.of(new MqttDestination<>(
                        this, prefix + "/detections/available", new OnvifDetectionsLayout(prefix)));
        };
    }

    private static MqttFormat format(Config config) {
        String word = config.getString("format");
        return Stream.of(MqttFormat.values())
                .filter(format -> format.toString().equals(word))
                .findFirst()
                .orElseThrow(() -> new ConfigException.BadValue(
                        config.origin(), "format", "must be home-assistant or onvif, is '%s'".formatted(word)));
    }

    private static String topic(Config config, String key) {
        String topic = config.getString(key);
        if (!topic.matches("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")) {
            throw new ConfigException.BadValue(
                    config.origin(), key, "must be a topic of A-Z a-z 0-9 . _ - and /, is '%s'".formatted(topic));
        }
        return topic;
    }
}
