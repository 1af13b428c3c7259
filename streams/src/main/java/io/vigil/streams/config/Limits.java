package io.vigil.streams.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Reads values of a configuration and refuses those beyond their limits, both inclusive. */
public final class Limits {

    private Limits() {}

    public static int integer(Config config, String key, int min, int max) {
        return within(config, key, config.getInt(key), min, max);
    }

    public static double number(Config config, String key, double min, double max) {
        return within(config, key, config.getDouble(key), min, max);
    }

    public static long bytes(Config config, String key, long min, long max) {
        long value = config.getMemorySize(key).toBytes();
        if (value < min || value > max) {
            throw beyond(config, key, min, max + " bytes", value);
        }
        return value;
    }

    public static Duration duration(Config config, String key, Duration min, Duration max) {
        return within(config, key, config.getDuration(key), min, max);
    }

    /** Empty when the key is null. */
    public static <T> Optional<T> optional(Config config, String key, Function<String, T> read) {
        return config.hasPath(key) ? Optional.of(read.apply(key)) : Optional.empty();
    }

    private static <T extends Comparable<T>> T within(Config config, String key, T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw beyond(config, key, shown(min), shown(max), shown(value));
        }
        return value;
    }

    private static ConfigException beyond(Config config, String key, Object min, Object max, Object value) {
        return new ConfigException.BadValue(
                config.getValue(key).origin(), key, "must be from %s to %s, is %s".formatted(min, max, value));
    }

    private static String shown(Object limit) {
        return limit instanceof Duration duration ? duration.toMillis() + " ms" : limit.toString();
    }
}
