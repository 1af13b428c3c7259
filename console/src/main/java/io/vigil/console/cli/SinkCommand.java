package io.vigil.console.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.vigil.console.config.EffectiveConfig;
import io.vigil.console.config.EnvironmentOverrides;
import io.vigil.console.observe.MetricsEndpoint;
import io.vigil.console.observe.ProcessMetrics;
import io.vigil.console.observe.Readiness;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.StopSignal;
import io.vigil.schema.topic.Topics;
import io.vigil.sinks.app.SinkConfig;
import io.vigil.sinks.app.SinkService;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Events out of a cluster to other systems. */
@Command(
        name = "sink",
        description = {
            "Deliver the events of an existing Kafka cluster to other systems until it is told to stop, each at least once.",
            "The configuration file lists the sinks; sink-reference.conf explains every key."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  vigil sink --config sinks.conf --bootstrap kafka:9092"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class SinkCommand implements Callable<Integer> {

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The sinks.")
    private Path config;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to connect to first, instead of those in the configuration file.")
    private @Nullable String bootstrap;

    @Option(
            names = "--print-config",
            description = "Print the configuration that would be in force, secrets masked, and end.")
    private boolean printConfig;

    @Mixin
    private TopicOptions topicOptions;

    @Mixin
    private MetricsOptions metricsOptions;

    @Override
    public Integer call() throws InterruptedException {
        Config configuration = configuration();
        SinkConfig sinks = parse(configuration);
        if (printConfig) {
            new EffectiveConfig(configuration.withFallback(SinkConfig.reference()))
                    .lines()
                    .forEach(spec.commandLine().getOut()::println);
            return ExitCode.OK.code();
        }
        StopSignal stop = StopSignal.install();
        Topics topics = topicOptions.topics(SchemaIdSource.environment());
        PrintWriter out = spec.commandLine().getOut();
        Readiness readiness = new Readiness("the sinks are being started");
        try (ProcessMetrics metrics = ProcessMetrics.start(readiness);
                @Nullable MetricsEndpoint endpoint =
                                metricsOptions.open(configuration, SinkConfig.reference(), metrics, readiness, out);
                SinkService service = SinkService.start(sinks, topics, InstantSource.system(), metrics.registry())) {
            readiness.becomes(service::notReady);
            out.println("sinks started: "
                    + String.join(
                            ", ",
                            sinks.sinks().stream().map(SinkConfig.Sink::name).toList()));
            out.flush();
            while (!stop.await(CHECK_INTERVAL)) {
                check(service);
            }
        }
        return ExitCode.OK.code();
    }

    private static void check(SinkService service) {
        try {
            service.check();
        } catch (IllegalStateException e) {
            throw new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private Config configuration() {
        Config option = bootstrap == null
                ? ConfigFactory.empty()
                : ConfigFactory.parseMap(Map.of("bootstrap-servers", bootstrap), "--bootstrap");
        try {
            Config environment = new EnvironmentOverrides(SinkConfig.reference()).of(System.getenv());
            Config file = ConfigFactory.parseFile(
                    config.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
            return option.withFallback(environment).withFallback(file).resolve();
        } catch (ConfigException e) {
            throw refused(e);
        }
    }

    private SinkConfig parse(Config configuration) {
        try {
            return SinkConfig.from(configuration);
        } catch (ConfigException e) {
            throw refused(e);
        }
    }

    private Failure refused(ConfigException e) {
        return new Failure(ExitCode.USAGE, "--config %s: %s".formatted(config, e.getMessage()), e);
    }
}
