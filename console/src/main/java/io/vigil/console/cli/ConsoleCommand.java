package io.vigil.console.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.console.config.ConsoleKeys;
import io.vigil.console.observe.MetricsEndpoint;
import io.vigil.console.observe.ProcessMetrics;
import io.vigil.console.observe.Readiness;
import io.vigil.console.onvif.MetadataRoutes;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.StopSignal;
import io.vigil.console.registry.RegistryRoutes;
import io.vigil.console.topics.TopicAdmin;
import io.vigil.console.topics.TopicState;
import io.vigil.console.web.Console;
import io.vigil.console.web.ConsoleAddress;
import io.vigil.console.web.ConsoleSource;
import io.vigil.console.web.Routes;
import io.vigil.console.web.service.HttpMetrics;
import io.vigil.console.web.service.MetricsText;
import io.vigil.console.why.WhyPage;
import io.vigil.schema.topic.Topics;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The browser console of a cluster. */
@Command(
        name = "console",
        description = {
            "Serve the browser console of an existing Kafka cluster until it is told to stop: cameras live, their last hour, the service.",
            "It is served on the loopback interface unless --address says otherwise. It asks for no password."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  vigil console --bootstrap kafka:9092",
            "  vigil console --bootstrap kafka:9092 --service-metrics http://localhost:9464/metrics",
            "  vigil console --bootstrap kafka:9093 --command-config client.properties",
            "  vigil console --bootstrap kafka:9092 --address 0.0.0.0 --host-name wall.example.org"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ConsoleCommand implements Callable<Integer> {

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Option(
            names = "--port",
            defaultValue = "8080",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description = "TCP port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--address",
            defaultValue = "127.0.0.1",
            paramLabel = "ADDRESS",
            description =
                    "Address of the interface. With another than the default one, everybody who reaches it sees the cameras (default: ${DEFAULT-VALUE}).")
    private String address;

    @Option(
            names = "--host-name",
            paramLabel = "NAME",
            description = "A name under which browsers reach the console, beside localhost and addresses. Repeatable.")
    private List<String> hostNames = List.of();

    @Option(
            names = "--application-id",
            defaultValue = "vigil",
            paramLabel = "ID",
            description = "application-id of the service, for its lag (default: ${DEFAULT-VALUE}).")
    private String applicationId;

    @Option(
            names = "--service-metrics",
            paramLabel = "URL",
            description = "The /metrics of a process of serve or ingest, for its state and memory. Repeatable.")
    private List<URI> metrics = List.of();

    @Option(
            names = "--service-url",
            paramLabel = "URL",
            description =
                    "Where any process of serve has its metrics, as http://localhost:9464: it answers why something was found (default: nobody does).")
    private @Nullable URI service;

    @Mixin
    private MetricsOptions metricsOptions;

    @Override
    public Integer call() throws InterruptedException {
        List<MetricsText> processes = metrics();
        Config environment = environment();
        StopSignal stop = StopSignal.install();
        Topics topics = cluster.topicsWithIds();
        requireTopics(topics);
        PrintWriter out = spec.commandLine().getOut();
        Readiness readiness = new Readiness("the console is being opened");
        try (ProcessMetrics own = ProcessMetrics.start(readiness);
                @Nullable MetricsEndpoint endpoint =
                                metricsOptions.open(environment, ConsoleKeys.reference(), own, readiness, out);
                @Nullable WhyPage why = why(topics);
                MetadataRoutes onvif = new MetadataRoutes();
                Console console = Console.open(
                        new ConsoleAddress(address, port, hostNames),
                        new ConsoleSource(cluster.cluster(), topics, applicationId, processes),
                        beside(topics, onvif, why))) {
            console.bindTo(own.registry());
            readiness.becomes(Optional::empty);
            out.println("console on " + console.url());
            out.flush();
            while (!stop.await(CHECK_INTERVAL)) {
                console.check();
            }
        }
        return ExitCode.OK.code();
    }

    private static Config environment() {
        try {
            return ConsoleKeys.fromEnvironment();
        } catch (ConfigException e) {
            throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private void requireTopics(Topics topics) {
        try (TopicAdmin admin = TopicAdmin.connect(cluster.cluster())) {
            List<String> missing = admin.describe(topics).stream()
                    .filter(topic -> !topic.exists())
                    .map(TopicState::name)
                    .toList();
            if (!missing.isEmpty()) {
                throw new Failure(
                        ExitCode.UNAVAILABLE,
                        "there is no topic %s; make them with: vigil topics create --bootstrap %s"
                                .formatted(String.join(", ", missing), cluster.cluster()));
            }
        }
    }

    private List<Routes> beside(Topics topics, MetadataRoutes onvif, @Nullable WhyPage why) {
        onvif.follow(cluster.cluster(), topics);
        List<Routes> beside = new ArrayList<>(List.of(new RegistryRoutes(topics), onvif));
        if (why != null) {
            beside.add(why);
        }
        return beside;
    }

    private @Nullable WhyPage why(Topics topics) {
        if (service == null) {
            return null;
        }
        String scheme = service.getScheme();
        if (service.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new ParameterException(
                    spec.commandLine(), "--service-url takes http://HOST:PORT, not \"%s\"".formatted(service));
        }
        return WhyPage.askingService(service, cluster.cluster(), topics);
    }

    private List<MetricsText> metrics() {
        return metrics.stream().map(this::metrics).toList();
    }

    private MetricsText metrics(URI url) {
        try {
            return new HttpMetrics(url);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--service-metrics takes the URL of /metrics, not \"%s\"".formatted(url), e);
        }
    }
}
