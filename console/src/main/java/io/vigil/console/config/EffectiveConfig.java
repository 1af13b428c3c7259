package io.vigil.console.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.vigil.producers.camera.SourceUri;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

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
        return values.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> "%s = %s  # %s"
                        .formatted(
                                path(entry),
                                shown(path(entry), entry.getValue()),
                                entry.getValue().origin().description()))
                .toList();
    }

    private static String path(Map.Entry<String, ConfigValue> entry) {
        return String.join(".", ConfigUtil.splitPath(entry.getKey()));
    }

    private static String shown(String path, ConfigValue value) {
        return SECRET.matcher(path).find() ? MASK : SourceUri.maskUrls(value.render(ConfigRenderOptions.concise()));
    }
}
