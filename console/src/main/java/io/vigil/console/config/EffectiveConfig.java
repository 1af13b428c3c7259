package io.vigil.console.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.vigil.producers.camera.SourceUri;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The values that a process would run with, those of its reference included.
 *
 * @param values resolved
 */
public record EffectiveConfig(Config values) {

    private static final String MASK = "\"***\"";

    /** Rather too much than too little. */
    private static final Pattern SECRET = Pattern.compile(
            "password|passwd|secret|token|jaas|credential|\\.key$|keystore\\.certificate", Pattern.CASE_INSENSITIVE);

    /** One line per key that has a value, sorted, with where it comes from; secrets are masked. */
    public List<String> lines() {
        return lines("", values).toList();
    }

    private static Stream<String> lines(String block, Config values) {
        return values.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(entry -> lines(block + path(entry), entry.getValue()));
    }

    /** The elements of a list of blocks have lines of their own, as {@code sinks[0].name}. */
    private static Stream<String> lines(String path, ConfigValue value) {
        if (value instanceof ConfigList list && list.stream().anyMatch(ConfigObject.class::isInstance)) {
            return IntStream.range(0, list.size())
                    .boxed()
                    .flatMap(i -> list.get(i) instanceof ConfigObject element
                            ? lines("%s[%d].".formatted(path, i), element.toConfig())
                            : Stream.of(line("%s[%d]".formatted(path, i), list.get(i))));
        }
        return Stream.of(line(path, value));
    }

    private static String line(String path, ConfigValue value) {
        return "%s = %s  # %s"
                .formatted(path, shown(path, value), value.origin().description());
    }

    private static String path(Map.Entry<String, ConfigValue> entry) {
        return String.join(".", ConfigUtil.splitPath(entry.getKey()));
    }

    private static String shown(String path, ConfigValue value) {
        return SECRET.matcher(path).find() ? MASK : SourceUri.maskUrls(value.render(ConfigRenderOptions.concise()));
    }
}
