package io.vigil.console.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;

/** What {@code vigil console} takes from the environment. */
public final class ConsoleKeys {

    private static final Config REFERENCE = ConfigFactory.parseResources(ConsoleKeys.class, "console-reference.conf");

    private ConsoleKeys() {}

    /** All keys with their defaults. */
    public static Config reference() {
        return REFERENCE;
    }

    /**
     * What the environment says.
     *
     * @throws ConfigException for a variable that starts with {@code VIGIL_} and stands for nothing
     */
    public static Config fromEnvironment() {
        return new EnvironmentOverrides(REFERENCE).of(System.getenv());
    }
}
