package io.vigil.console.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.vigil.console.observe.MetricsConfig;
import io.vigil.console.observe.MetricsEndpoint;
import io.vigil.console.observe.MoreRoutes;
import io.vigil.console.observe.ProcessMetrics;
import io.vigil.console.observe.Readiness;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the metrics of a process are served. */
final class MetricsOptions {

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description =
                    "TCP port of /metrics (Prometheus) and /health; 0 takes a free one (default: metrics.port of the configuration, which is none).")
    private @Nullable Integer port;

    /**
     * Opens the endpoint and says where it is; null if nobody asked for one.
     *
     * @param reference the defaults of {@code configuration}
     */
    @Nullable MetricsEndpoint open(
            Config configuration, Config reference, ProcessMetrics metrics, Readiness readiness, PrintWriter out) {
        return open(configuration, reference, metrics, readiness, out, List.of());
    }

    /**
     * Opens the endpoint and says where it is; null if nobody asked for one.
     *
     * @param reference the defaults of {@code configuration}
     * @param others what else is served there
     */
    @Nullable MetricsEndpoint open(
            Config configuration,
            Config reference,
            ProcessMetrics metrics,
            Readiness readiness,
            PrintWriter out,
            List<? extends MoreRoutes> others) {
        Optional<MetricsConfig> config = config(configuration.withFallback(reference));
        if (config.isEmpty()) {
            return null;
        }
        MetricsEndpoint endpoint = MetricsEndpoint.open(config.get(), metrics, readiness, others);
        out.println("metrics on " + endpoint.url());
        out.flush();
        return endpoint;
    }

    private Optional<MetricsConfig> config(Config configuration) {
        Config option = port == null
                ? ConfigFactory.empty()
                : ConfigFactory.parseMap(Map.of("metrics.port", port), "--metrics-port");
        try {
            return MetricsConfig.from(option.withFallback(configuration).getConfig("metrics"));
        } catch (ConfigException e) {
            throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
