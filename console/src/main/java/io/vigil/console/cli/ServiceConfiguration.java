package io.vigil.console.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.vigil.console.config.EnvironmentOverrides;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.streams.app.ServiceConfig;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The service's configuration from options, environment, file, and what is shipped; the first one wins. */
final class ServiceConfiguration {

    private ServiceConfiguration() {}

    static Config of(Map<String, Object> options, @Nullable Path file) {
        Installation installation = Installation.current();
        Config shipped = ConfigFactory.parseMap(
                Map.of(
                        "detection.package",
                                ModelOptions.shippedDetector(installation).toString(),
                        "recognition.package",
                                ModelOptions.shippedRecognizer(installation).toString()),
                "the shipped models");
        return ConfigFactory.parseMap(options, "the command line")
                .withFallback(environment())
                .withFallback(read(file))
                .withFallback(shipped);
    }

    private static Config environment() {
        try {
            return new EnvironmentOverrides(ServiceConfig.reference()).of(System.getenv());
        } catch (ConfigException e) {
            throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static Config read(@Nullable Path file) {
        if (file == null) {
            return ConfigFactory.empty();
        }
        try {
            return ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve();
        } catch (ConfigException e) {
            throw new Failure(ExitCode.USAGE, "--config %s: %s".formatted(file, e.getMessage()), e);
        }
    }
}
