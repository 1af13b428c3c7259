package io.vigil.console.demo;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.vigil.console.broker.BrokerSettings;
import io.vigil.console.broker.DataDirectory;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.observe.MetricsConfig;
import io.vigil.console.observe.MetricsEndpoint;
import io.vigil.console.observe.ProcessMetrics;
import io.vigil.console.observe.Readiness;
import io.vigil.console.onvif.MetadataRoutes;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.StopSignal;
import io.vigil.console.registry.RegistryRoutes;
import io.vigil.console.service.ModelLoading;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.topics.TopicAdmin;
import io.vigil.console.web.Console;
import io.vigil.console.web.ConsoleAddress;
import io.vigil.console.web.ConsoleSource;
import io.vigil.console.web.Routes;
import io.vigil.console.why.WhyPage;
import io.vigil.producers.capture.NativeLibraries;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.explain.Explainer;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** Runs broker, service and cameras in this process until it is told to stop, and accounts for every frame. */
public final class Demo {

    private static final String APPLICATION_ID = "vigil-demo";
    /** Cameras spread over the stream threads, and making each of the partitions of all topics and changelogs takes milliseconds. */
    private static final int PARTITIONS = 2 * Runtime.getRuntime().availableProcessors();

    /** Whoever watches a machine that cannot keep up sees fewer frames, not ever older ones. */
    private static final String LIVE_MAX_AGE = "1 s";
    /** How long frames are kept in a log that is deleted with the demo. */
    private static final Duration SCRATCH_RETENTION = Duration.ofMinutes(10);

    private static final Duration SERVICE_START_LIMIT = Duration.ofMinutes(2);

    private final DemoSettings settings;
    private final PrintWriter out;
    private final StopSignal stop;
    private final Topics topics = Topics.standard();

    public Demo(DemoSettings settings, PrintWriter out, StopSignal stop) {
        this.settings = settings;
        this.out = out;
        this.stop = stop;
    }

    /**
     * Runs the demo; returns when everything has ended and the report is written.
     *
     * @throws Failure if broker, service or page cannot start, or one of them breaks
     */
    public ExitCode run() throws InterruptedException {
        Instant started = Instant.now();
        settings.page().ifPresent(Console::requireFree);
        Readiness readiness = new Readiness("the broker is started and the models are warmed up");
        try (ProcessMetrics metrics = ProcessMetrics.start(readiness);
                @Nullable MetricsEndpoint endpoint = openMetrics(metrics, readiness);
                DataDirectory data = DataDirectory.of(settings.data());
                ModelLoading models = ModelLoading.begin(serviceConfig(data));
                EmbeddedBroker broker =
                        EmbeddedBroker.start(new BrokerSettings(data.broker(), BrokerSettings.ANY_PORT))) {
            StartTimes times = new StartTimes(started, Instant.now());
            createTopics(broker.bootstrap(), data);
            say("broker ready on %s", broker.bootstrap());
            Cluster cluster = Cluster.at(broker.bootstrap());
            Config config = serviceConfig(data)
                    .withValue("bootstrap-servers", ConfigValueFactory.fromAnyRef(broker.bootstrap()));
            try (ServiceHost service = ServiceHost.start(config, topics, metrics.registry(), models);
                    @Nullable Explainer explainer =
                                    ServiceHost.explainer(config, topics).orElse(null);
                    @Nullable WhyPage why = explainer == null ? null : WhyPage.of(explainer, cluster, topics);
                    MetadataRoutes onvif = new MetadataRoutes();
                    @Nullable Console console = openConsole(cluster, metrics, onvif, why)) {
                readiness.becomes(service::notReady);
                NativeLibraries.load();
                if (!service.awaitRunning(SERVICE_START_LIMIT, stop)) {
                    return ExitCode.OK;
                }
                say("service ready with %s", modelNames());
                Report report = new CaptureSession(
                                settings, topics, broker.bootstrap(), service, metrics.registry(), out, stop)
                        .run(times);
                return report.accounted() ? ExitCode.OK : ExitCode.UNACCOUNTED;
            }
        }
    }

    private @Nullable MetricsEndpoint openMetrics(ProcessMetrics metrics, Readiness readiness) {
        if (settings.metrics().isEmpty()) {
            return null;
        }
        MetricsEndpoint endpoint =
                MetricsEndpoint.open(MetricsConfig.loopback(settings.metrics().getAsInt()), metrics, readiness);
        say("metrics on %s", endpoint.url());
        return endpoint;
    }

    private @Nullable Console openConsole(
            Cluster cluster, ProcessMetrics metrics, MetadataRoutes onvif, @Nullable WhyPage why) {
        if (settings.page().isEmpty()) {
            return null;
        }
        onvif.follow(cluster, topics);
        List<Routes> beside = new ArrayList<>(List.of(new RegistryRoutes(topics), onvif));
        if (why != null) {
            beside.add(why);
        }
        Console console = Console.open(
                ConsoleAddress.loopback(settings.page().getAsInt()),
                new ConsoleSource(cluster, topics, APPLICATION_ID, List.of(metrics::text)),
                beside);
        console.bindTo(metrics.registry());
        say("watch %s; Ctrl-C ends the demo", console.url());
        return console;
    }

    private void createTopics(String bootstrap, DataDirectory data) {
        List<NewTopic> definitions = topics.all().stream()
                .map(topic -> definition(topic, data.temporary()))
                .toList();
        try (TopicAdmin admin = TopicAdmin.connect(bootstrap)) {
            admin.create(definitions);
        }
    }

    private NewTopic definition(Topic<?> topic, boolean scratch) {
        NewTopic definition = topic.definition(PARTITIONS, (short) 1);
        if (!scratch || topic != topics.frames()) {
            return definition;
        }
        Map<String, String> settings = new HashMap<>(definition.configs());
        settings.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(SCRATCH_RETENTION.toMillis()));
        return definition.configs(settings);
    }

    /** All but where Kafka is. */
    private Config serviceConfig(DataDirectory data) {
        Map<String, Object> config = new HashMap<>();
        config.put("application-id", APPLICATION_ID);
        config.put("state-directory", data.state().toString());
        config.put("detection.package", settings.detector().toString());
        settings.recognizer().ifPresent(directory -> config.put("recognition.package", directory.toString()));
        if (!settings.unpaced()) {
            config.put("admission.max-age", LIVE_MAX_AGE);
        }
        return ConfigFactory.parseMap(config, "the demo");
    }

    private String modelNames() {
        String detector = String.valueOf(settings.detector().getFileName());
        return settings.recognizer()
                .map(recognizer -> detector + " and " + recognizer.getFileName())
                .orElse(detector);
    }

    private void say(String format, Object... arguments) {
        out.println(format.formatted(arguments));
        out.flush();
    }
}
