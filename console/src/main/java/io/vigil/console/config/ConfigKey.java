package io.vigil.console.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A key of a reference configuration.
 *
 * @param path its path, blocks separated by dots
 * @param type of its default; {@code NULL} if it has none, {@code OBJECT} for a block that may contain anything
 * @param defaultValue as it would stand in a file
 * @param explanation the comment above it
 */
public record ConfigKey(String path, ConfigValueType type, String defaultValue, String explanation) {

    /** Blocks whose keys are not ours. */
    private static final List<String> OPEN_BLOCKS = List.of("kafka");

    /** The keys of a reference configuration, in the order in which they stand there. */
    public static List<ConfigKey> allOf(Config reference) {
        List<ConfigKey> keys = new ArrayList<>();
        collect("", reference.root(), keys);
        return List.copyOf(keys);
    }

    /** The variable of the environment that overrides the key: {@code VIGIL_COMMIT_INTERVAL} for {@code commit-interval}. */
    public String variable() {
        return EnvironmentOverrides.PREFIX
                + path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Whether {@link #variable} can hold its value: lists and open blocks have no form of one line. */
    public boolean hasVariable() {
        return type != ConfigValueType.LIST && type != ConfigValueType.OBJECT;
    }

    private static void collect(String block, ConfigObject values, List<ConfigKey> keys) {
        values.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> line(entry.getValue())))
                .forEach(entry -> add(block + entry.getKey(), entry, keys));
    }

    private static void add(String path, Map.Entry<String, ConfigValue> entry, List<ConfigKey> keys) {
        ConfigValue value = entry.getValue();
        if (value instanceof ConfigObject block && !OPEN_BLOCKS.contains(path)) {
            collect(path + ".", block, keys);
            return;
        }
        List<String> comments = value.origin().comments();
        keys.add(new ConfigKey(
                path,
                value.valueType(),
                value instanceof ConfigObject ? "{}" : value.render(ConfigRenderOptions.concise()),
                String.join(" ", comments.stream().map(String::strip).toList())));
    }

    private static int line(ConfigValue value) {
        return value instanceof ConfigObject block
                ? block.values().stream()
                        .mapToInt(ConfigKey::line)
                        .min()
                        .orElse(block.origin().lineNumber())
                : value.origin().lineNumber();
    }
}
