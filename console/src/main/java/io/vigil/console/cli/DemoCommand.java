package io.vigil.console.cli;

import io.vigil.console.demo.Demo;
import io.vigil.console.demo.DemoSettings;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.StopSignal;
import io.vigil.producers.camera.SourceUri;
import io.vigil.schema.FrameEncoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The whole product on this machine. */
@Command(
        name = "demo",
        description = {
            "Analyse video on this machine: starts a Kafka broker, captures cameras, runs the service, and shows what it finds.",
            "Without --input the bundled video plays as two cameras. Ctrl-C ends it."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  vigil demo                                        then watch http://localhost:8080",
            "  vigil demo --input rtsp://user:password@192.168.1.20/stream1",
            "  vigil demo --input /dev/video0 --input yard.mp4",
            "  vigil demo --input yard.mp4 --unpaced --results yard.jsonl",
            "  vigil demo --headless --duration 30s --report report.json"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DemoCommand implements Callable<Integer> {

    private static final int BUNDLED_CAMERAS = 2;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--input",
            paramLabel = "FILE|URL",
            description =
                    "What a camera sees: a video file, rtsp://, http(s)://, /dev/video0, or testpattern:. Repeatable, one camera each.")
    private List<String> inputs = List.of();

    @Option(
            names = "--cameras",
            paramLabel = "N",
            description = "Repeat the inputs until there are N cameras (default: one per input).")
    private @Nullable Integer cameras;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "Stop capturing after this time, as 30s or 2m (default: until Ctrl-C).")
    private @Nullable Duration duration;

    @Option(names = "--headless", description = "No browser page.")
    private boolean headless;

    @Option(
            names = "--port",
            defaultValue = "8080",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description = "TCP port of the browser page (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--unpaced",
            description = "Read files once and without loss, as fast as the service takes the frames.")
    private boolean unpaced;

    @Option(
            names = "--encoding",
            defaultValue = "jpeg",
            paramLabel = "ENCODING",
            description =
                    "How pictures lie on the topic: jpeg, or h264 to pass H.264 inputs as they are (default: ${DEFAULT-VALUE}).")
    private FrameEncoding encoding;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description = "Write every detections and actions record as a JSON line.")
    private @Nullable Path results;

    @Option(names = "--report", paramLabel = "FILE", description = "Write the account of all frames as JSON.")
    private @Nullable Path report;

    @Mixin
    private ModelOptions models;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep the broker's log and the service's state here (default: deleted at the end).")
    private @Nullable Path data;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description =
                    "TCP port of /metrics (Prometheus) and /health on the loopback interface; 0 takes a free one (default: none).")
    private @Nullable Integer metricsPort;

    @Override
    public Integer call() throws InterruptedException {
        DemoSettings settings = settings();
        return new Demo(settings, spec.commandLine().getOut(), StopSignal.install())
                .run()
                .code();
    }

    private DemoSettings settings() {
        Installation installation = Installation.current();
        try {
            List<SourceUri> sources = inputs.isEmpty()
                    ? List.of(SourceUri.parse(installation.demoVideo().toString()))
                    : inputs.stream().map(SourceUri::parse).toList();
            sources.forEach(DemoCommand::requireReadable);
            int count = cameras != null ? cameras : inputs.isEmpty() ? BUNDLED_CAMERAS : sources.size();
            return new DemoSettings(
                    sources,
                    count,
                    Optional.ofNullable(duration),
                    unpaced,
                    encoding,
                    headless ? OptionalInt.empty() : OptionalInt.of(port),
                    metricsPort == null ? OptionalInt.empty() : OptionalInt.of(metricsPort),
                    Optional.ofNullable(results),
                    Optional.ofNullable(report),
                    models.detector(installation),
                    Optional.of(models.recognizer(installation)),
                    Optional.ofNullable(data));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static void requireReadable(SourceUri source) {
        if (source.kind() == SourceUri.Kind.FILE && !Files.isReadable(source.path())) {
            throw new Failure(
                    ExitCode.UNAVAILABLE, "%s is not there or cannot be read; check --input".formatted(source.path()));
        }
    }
}
