package io.vigil.schema.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Refuses keys that the reference configuration does not list, and suggests the one that was meant. */
public final class KnownKeys {

    private final Config reference;
    private final Set<String> openBlocks;

    /**
     * @param reference lists every key, those without a default as null
     * @param openBlocks paths of blocks that may contain anything
     */
    public KnownKeys(Config reference, Set<String> openBlocks) {
        this.reference = reference;
        this.openBlocks = Set.copyOf(openBlocks);
    }

    /**
     * Checks the keys of a configuration, not their values.
     *
     * @throws ConfigException for the first key that is not known
     */
    public void check(Config config) {
        check(List.of(), config.root(), reference.root());
    }

    private void check(List<String> block, ConfigObject given, ConfigObject known) {
        for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
            String path = path(block, entry.getKey());
            ConfigValue match = known.get(entry.getKey());
            if (match == null) {
                String suggestion = ClosestName.to(entry.getKey(), known.keySet())
                        .map(key -> ", did you mean %s?".formatted(path(block, key)))
                        .orElse("");
                throw new ConfigException.BadValue(entry.getValue().origin(), path, "no such key" + suggestion);
            }
            if (match instanceof ConfigObject knownBlock
                    && entry.getValue() instanceof ConfigObject givenBlock
                    && !openBlocks.contains(path)) {
                check(Stream.concat(block.stream(), Stream.of(entry.getKey())).toList(), givenBlock, knownBlock);
            }
        }
    }

    private static String path(List<String> block, String key) {
        return ConfigUtil.joinPath(Stream.concat(block.stream(), Stream.of(key)).toList());
    }
}
