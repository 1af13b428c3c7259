package io.vigil.console.cli;

import com.typesafe.config.Config;
import io.vigil.console.config.EffectiveConfig;
import io.vigil.console.observe.MetricsEndpoint;
import io.vigil.console.observe.ProcessMetrics;
import io.vigil.console.observe.Readiness;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.StopSignal;
import io.vigil.producers.app.CameraStatus;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.capture.Backpressure;
import io.vigil.producers.capture.CameraState;
import io.vigil.schema.topic.Topics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Cameras into an existing cluster. */
@Command(
        name = "ingest",
        description = {
            "Capture cameras into an existing Kafka cluster, until all files have ended or it is told to stop.",
            "The configuration file lists the cameras; ingest-reference.conf explains every key."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  vigil ingest --config cameras.conf --bootstrap kafka:9092"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class IngestCommand implements Callable<Integer> {

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The cameras, and how they are captured.")
    private Path config;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to connect to first, instead of those in the configuration file.")
    private @Nullable String bootstrap;

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
        Config configuration = IngestConfiguration.of(bootstrap, config);
        IngestConfig cameras = IngestConfiguration.parse(configuration, config);
        if (printConfig) {
            new EffectiveConfig(configuration.withFallback(IngestConfig.reference()))
                    .lines()
                    .forEach(spec.commandLine().getOut()::println);
            return ExitCode.OK.code();
        }
        StopSignal stop = StopSignal.install();
        Topics topics = topicOptions.topics(configuration);
        List<CameraStatus> last;
        Readiness readiness = new Readiness("the cameras are being started");
        try (ProcessMetrics metrics = ProcessMetrics.start(readiness);
                @Nullable MetricsEndpoint endpoint = metricsOptions.open(
                                configuration,
                                IngestConfig.reference(),
                                metrics,
                                readiness,
                                spec.commandLine().getOut());
                Ingest ingest = Ingest.start(cameras, topics.frames(), Backpressure.none(), metrics.registry())) {
            readiness.becomes(Optional::empty);
            Instant lastProgress = Instant.now();
            while (!stop.await(CHECK_INTERVAL) && !ingest.finished()) {
                if (Duration.between(lastProgress, Instant.now()).compareTo(PROGRESS_INTERVAL) >= 0) {
                    print(ingest.status());
                    lastProgress = Instant.now();
                }
            }
            ingest.close();
            last = ingest.status();
        }
        print(last);
        boolean failed = last.stream().anyMatch(camera -> camera.state() == CameraState.FAILED);
        return (failed ? ExitCode.UNAVAILABLE : ExitCode.OK).code();
    }

    private void print(List<CameraStatus> cameras) {
        PrintWriter out = spec.commandLine().getOut();
        for (CameraStatus camera : cameras) {
            out.println("%s: %s, %d captured = %d published + %d dropped + %d under way%s"
                    .formatted(
                            camera.id(),
                            camera.state().name().toLowerCase(Locale.ROOT),
                            camera.captured(),
                            camera.published(),
                            camera.droppedInTotal(),
                            camera.captured() - camera.published() - camera.droppedInTotal(),
                            camera.problem().map(problem -> ": " + problem).orElse("")));
        }
        out.flush();
    }
}
