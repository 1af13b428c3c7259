package io.vigil.console.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.vigil.console.config.EnvironmentOverrides;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.camera.SourceUri;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ingest's configuration from an option, environment and file; the first one wins. */
final class IngestConfiguration {

    private IngestConfiguration() {}

    static Config of(@Nullable String bootstrap, boolean follow, @Nullable Path file) {
        Config server = bootstrap == null
                ? ConfigFactory.empty()
                : ConfigFactory.parseMap(Map.of("kafka.bootstrap.servers", bootstrap), "--bootstrap");
        Config option = follow
                ? server.withFallback(ConfigFactory.parseMap(Map.of("ingest.follow", true), "--follow"))
                : server;
        try {
            Config environment = new EnvironmentOverrides(IngestConfig.reference()).of(System.getenv());
            Config read = file == null
                    ? ConfigFactory.empty()
                    : ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
            return option.withFallback(environment).withFallback(read).resolve();
        } catch (ConfigException e) {
            throw refused(file, e);
        }
    }

    static IngestConfig parse(Config configuration, @Nullable Path file) {
        try {
            return IngestConfig.from(configuration);
        } catch (IllegalArgumentException e) {
            throw refused(file, e);
        }
    }

    private static Failure refused(@Nullable Path file, RuntimeException e) {
        return new Failure(
                ExitCode.USAGE,
                "%s: %s"
                        .formatted(
                                file == null ? "without --config" : "--config " + file,
                                SourceUri.maskUrls(String.valueOf(e.getMessage()))),
                e);
    }
}
