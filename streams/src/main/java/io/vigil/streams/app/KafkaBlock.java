package io.vigil.streams.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;

/** Reads the {@code kafka} block, which must not contradict the service's own keys: checks would look elsewhere than the service works. */
final class KafkaBlock {

    private static final String BLOCK = "kafka";

    private static final Map<String, String> OWN_KEYS = Map.of(
            StreamsConfig.APPLICATION_ID_CONFIG,
            "application-id",
            StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
            "bootstrap-servers",
            StreamsConfig.STATE_DIR_CONFIG,
            "state-directory",
            StreamsConfig.NUM_STREAM_THREADS_CONFIG,
            "stream-threads",
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            "processing-guarantee");

    private static final Pattern CLIENT =
            Pattern.compile("^(main\\.consumer|restore\\.consumer|global\\.consumer|consumer|producer|admin)\\.");

    private KafkaBlock() {}

    /**
     * Kafka's settings by name. HOCON reads {@code a.b = c} as nested blocks; Kafka's names are the paths.
     *
     * @param config the whole configuration of the service
     * @throws ConfigException if a setting says otherwise than the key that the service has for it, or asks for other groups than
     *     classic ones
     */
    static Map<String, String> read(Config config) {
        Map<String, String> settings = new TreeMap<>();
        config.getConfig(BLOCK).entrySet().forEach(entry -> {
            String name = entry.getKey().replace("\"", "");
            String value = entry.getValue().unwrapped().toString();
            check(name, value, entry.getValue(), config);
            settings.put(name, value);
        });
        return settings;
    }

    private static void check(String name, String value, ConfigValue given, Config config) {
        String setting = CLIENT.matcher(name).replaceFirst("");
        String key = OWN_KEYS.get(setting);
        if (key != null && !(config.hasPath(key) && config.getString(key).equals(value))) {
            throw refusal(
                    name,
                    given,
                    "contradicts %s, which is %s; set that one and remove this"
                            .formatted(key, config.hasPath(key) ? config.getString(key) : null));
        }
        if (setting.equals(StreamsConfig.GROUP_PROTOCOL_CONFIG)
                && !value.toUpperCase(Locale.ROOT).equals(GroupProtocol.CLASSIC.name())) {
            throw refusal(name, given, "must be classic, which it is by itself; remove the key");
        }
    }

    private static ConfigException refusal(String name, ConfigValue given, String sentence) {
        return new ConfigException.BadValue(given.origin(), BLOCK + "." + name, sentence);
    }
}
