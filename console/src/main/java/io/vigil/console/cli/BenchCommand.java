package io.vigil.console.cli;

import io.vigil.console.bench.Bench;
import io.vigil.console.bench.BenchReport;
import io.vigil.console.bench.BenchSettings;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.StopSignal;
import io.vigil.streams.inference.Device;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How near the service comes to the bare networks. */
@Command(
        name = "bench",
        description = {
            "Measure on this machine how near the service comes to the bare networks, what reuse saves, its latency under",
            "load, and how it bears many cameras. Nothing else should run meanwhile. Takes some minutes."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  vigil bench --report bench.json",
            "  vigil bench --detector my-package --rounds 5 --loads 0.5",
            "  vigil bench --commit-interval 30ms --camera-counts 1,64"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class BenchCommand implements Callable<Integer> {

    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /** Times at which results come: fewer tell nothing about the rate. */
    private static final int RESULTS_PER_PART = 10;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "Video that the frames come from (default: the bundled one).")
    private @Nullable Path input;

    @Mixin
    private ModelOptions models;

    @Option(
            names = "--reuse-supports",
            defaultValue = "8",
            paramLabel = "N",
            description = "Support frames with which it is measured what reuse saves (default: ${DEFAULT-VALUE}).")
    private int reuseSupports;

    @Option(
            names = "--seconds",
            defaultValue = "10s",
            paramLabel = "TIME",
            description = "How long each part is measured, at least 2s (default: ${DEFAULT-VALUE}).")
    private Duration seconds;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            paramLabel = "N",
            description =
                    "How often bare networks and service take turns, and then the numbers of cameras (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Stream threads of the service and threads of the bare networks (default: one per core).")
    private @Nullable Integer threads;

    @Option(
            names = "--threads-per-run",
            defaultValue = "1",
            paramLabel = "N",
            description = "Threads for one model run (default: ${DEFAULT-VALUE}).")
    private int threadsPerRun;

    @Option(
            names = "--threads-when-alone",
            paramLabel = "N",
            description = "Threads for a model run while no other is in progress (default: one per core, up to 4).")
    private @Nullable Integer threadsWhenAlone;

    @Option(
            names = "--device",
            defaultValue = "cpu",
            paramLabel = "cpu|cuda",
            description = "What the models run on (default: ${DEFAULT-VALUE}); cuda needs what docs/gpu.md lists.")
    private Device device;

    @Option(
            names = "--commit-interval",
            defaultValue = "100ms",
            paramLabel = "TIME",
            description = "How often the service commits results (default: ${DEFAULT-VALUE}).")
    private Duration commitInterval;

    @Option(
            names = "--partitions",
            defaultValue = "16",
            paramLabel = "N",
            description = "Partitions of every topic; cameras are spread evenly over them (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--cameras",
            defaultValue = "4",
            paramLabel = "N",
            description = "Cameras of the throughput and latency parts (default: ${DEFAULT-VALUE}).")
    private int cameras;

    @Option(
            names = "--camera-counts",
            split = ",",
            defaultValue = "1,4,16,64",
            paramLabel = "N",
            description = "Numbers of cameras that share the same frames (default: ${DEFAULT-VALUE}).")
    private List<Integer> cameraCounts;

    @Option(
            names = "--loads",
            split = ",",
            defaultValue = "0.25,0.5,0.8,1.5",
            paramLabel = "SHARE",
            description = "Shares of the throughput at which latency is measured (default: ${DEFAULT-VALUE}).")
    private List<Double> loads;

    @Option(names = "--report", paramLabel = "FILE", description = "Write all figures as JSON.")
    private @Nullable Path report;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        BenchReport measured = new Bench(settings(), out, StopSignal.install()).run();
        out.println("bare networks %s, service %s frames/s: efficiency %s"
                .formatted(number(measured.rawFps()), number(measured.serviceFps()), number(measured.efficiency())));
        out.println("with %d support frames: bare networks %s, recomputing %s frames/s: reuse saves a factor of %s"
                .formatted(
                        measured.reuseSupports(),
                        number(measured.reuseFps()),
                        number(measured.recomputeFps()),
                        number(measured.reuseSpeedup())));
        out.println("CPU time per frame, ms:");
        measured.cpuMsPerFrame()
                .forEach((use, ms) -> out.println("  %-22s %6s".formatted(use.replace('_', ' '), number(ms))));
        out.println("Kafka: %s kB per frame beside its picture of %s kB"
                .formatted(number(measured.kafkaBytesPerFrame() / 1000), number(measured.frameBytes() / 1000)));
        measured.cameras()
                .forEach(spread -> out.println(
                        "cameras %d: service %s frames/s".formatted(spread.cameras(), number(spread.fps()))));
        out.println("memory per camera: heap %s MiB, in all %s MiB"
                .formatted(number(measured.heapPerCameraMb()), number(measured.residentPerCameraMb())));
        out.flush();
        return ExitCode.OK.code();
    }

    private BenchSettings settings() {
        require(seconds.compareTo(SHORTEST) >= 0, "--seconds must be at least 2s");
        require(
                commitInterval.multipliedBy(RESULTS_PER_PART).compareTo(seconds) <= 0,
                "--commit-interval must be a tenth of --seconds at most, since results are seen when they are committed");
        require(rounds >= 1, "--rounds must be at least 1");
        require(reuseSupports >= 1 && reuseSupports <= 64, "--reuse-supports must be 1 to 64");
        require(threadsPerRun >= 1 && threadsPerRun <= 64, "--threads-per-run must be 1 to 64");
        require(
                threadsWhenAlone == null || (threadsWhenAlone >= threadsPerRun && threadsWhenAlone <= 64),
                "--threads-when-alone must be --threads-per-run to 64");
        require(partitions >= 1 && partitions <= 1000, "--partitions must be 1 to 1000");
        require(cameras >= 1 && cameraCounts.stream().allMatch(count -> count >= 1), "there must be at least 1 camera");
        require(loads.stream().allMatch(load -> load > 0), "--loads must be above 0");
        Installation installation = Installation.current();
        return new BenchSettings(
                models.detector(installation),
                models.recognizer(installation),
                reuseSupports,
                Optional.ofNullable(input).orElseGet(installation::demoVideo),
                seconds,
                rounds,
                device,
                threads == null ? Runtime.getRuntime().availableProcessors() : threads,
                threadsPerRun,
                Optional.ofNullable(threadsWhenAlone),
                commitInterval,
                partitions,
                cameras,
                cameraCounts,
                loads,
                Optional.ofNullable(report));
    }

    private void require(boolean holds, String rule) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), rule);
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
