package io.vigil.console.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.console.config.EffectiveConfig;
import io.vigil.console.observe.MetricsEndpoint;
import io.vigil.console.observe.ProcessMetrics;
import io.vigil.console.observe.Readiness;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.StopSignal;
import io.vigil.console.service.ServiceHost;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.app.ServiceConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The streams application against an existing cluster. */
@Command(
        name = "serve",
        description = {
            "Run the service against an existing Kafka cluster until it is told to stop.",
            "Several of them with the same application id share the cameras. Options win over the configuration file."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  vigil serve --bootstrap kafka:9092",
            "  vigil serve --config service.conf",
            "  vigil serve --bootstrap kafka:9092 --detector packages/tra-r50"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ServeCommand implements Callable<Integer> {

    private static final Duration START_LIMIT = Duration.ofMinutes(10);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration of the service; service-reference.conf lists all keys.")
    private @Nullable Path config;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to connect to first, separated by commas (default: localhost:9092).")
    private @Nullable String bootstrap;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            description = "Names the consumer group, the transactions and the internal topics (default: vigil).")
    private @Nullable String applicationId;

    @Mixin
    private ModelOptions models;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Lock and identity of this instance; each instance on a host needs its own.")
    private @Nullable Path stateDirectory;

    @Mixin
    private TopicOptions topicOptions;

    @Option(
            names = "--print-config",
            description = "Print the configuration that would be in force, secrets masked, and end.")
    private boolean printConfig;

    @Mixin
    private MetricsOptions metricsOptions;

    @Override
    public Integer call() throws InterruptedException {
        StopSignal stop = StopSignal.install();
        PrintWriter out = spec.commandLine().getOut();
        Config configuration = configuration();
        if (printConfig) {
            return print(configuration);
        }
        Topics topics = topicOptions.topics(configuration);
        Readiness readiness = new Readiness("the models are loaded and warmed up");
        try (ProcessMetrics metrics = ProcessMetrics.start(readiness);
                @Nullable MetricsEndpoint endpoint =
                                metricsOptions.open(configuration, ServiceConfig.reference(), metrics, readiness, out);
                ServiceHost service = ServiceHost.start(configuration, topics, metrics.registry())) {
            readiness.becomes(service::notReady);
            if (service.awaitRunning(START_LIMIT, stop)) {
                out.println("service ready");
                out.flush();
                while (!stop.await(CHECK_INTERVAL)) {
                    service.check();
                }
            }
        }
        return ExitCode.OK.code();
    }

    private Config configuration() {
        Map<String, Object> options = new HashMap<>();
        put(options, "bootstrap-servers", bootstrap);
        put(options, "application-id", applicationId);
        put(options, "detection.package", models.givenDetector().orElse(null));
        put(options, "recognition.package", models.givenRecognizer().orElse(null));
        put(options, "state-directory", stateDirectory);
        return ServiceConfiguration.of(options, config);
    }

    private int print(Config configuration) {
        try {
            ServiceConfig.from(configuration);
        } catch (ConfigException e) {
            throw new Failure(ExitCode.USAGE, "the service's configuration: " + e.getMessage(), e);
        }
        new EffectiveConfig(configuration.withFallback(ServiceConfig.reference()))
                .lines()
                .forEach(spec.commandLine().getOut()::println);
        return ExitCode.OK.code();
    }

    private static void put(Map<String, Object> options, String key, @Nullable Object value) {
        if (value != null) {
            options.put(key, value.toString());
        }
    }
}
