package io.vigil.console.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vigil.console.broker.BrokerSettings;
import io.vigil.console.broker.DataDirectory;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.process.StopSignal;
import io.vigil.console.topics.TopicAdmin;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.camera.SourceUri;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import io.vigil.streams.app.ServiceConfig;
import io.vigil.streams.inference.InferenceConfig;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Measures bare networks and service in turns, then the service's latency and, in turns again, how it bears many cameras. */
public final class Bench {

    private static final double LATENCY_LOAD_OF_GUARANTEES = 0.5;

    /** Event time from one frame of a camera to the next where all frames are there from the start. */
    private static final Duration FRAME_PERIOD = Duration.ofMillis(100);

    /** However slow the models are: fewer say nothing about the time between them. */
    private static final int FEWEST_FRAMES = 20;

    private static final Duration LEAST_PATIENCE = Duration.ofMinutes(1);

    /** A commit may bring so many results at once. */
    private static final int FRAMES_OF_PATIENCE = 50;

    private final BenchSettings settings;
    private final PrintWriter out;
    private final StopSignal stop;
    private final Topics source = Topics.withPrefix("bench-source.", BuiltInSchemaIds.instance());

    public Bench(BenchSettings settings, PrintWriter out, StopSignal stop) {
        this.settings = settings;
        this.out = out;
        this.stop = stop;
    }

    /** Runs all parts, prints each as it is done, and writes the report. */
    public BenchReport run() throws InterruptedException {
        try (DataDirectory data = DataDirectory.of(Optional.empty());
                EmbeddedBroker broker =
                        EmbeddedBroker.start(new BrokerSettings(data.broker(), BrokerSettings.ANY_PORT))) {
            FramePool pool = pool(broker.bootstrap());
            say("%d frames of %s, %.0f kB each", pool.frames().size(), settings.video(), frameBytes(pool) / 1000);
            BenchReport report;
            try (BareNetworks bare = bareNetworks(pool)) {
                say("warming up");
                double estimate =
                        bare.framesPerSecond(bare.supports(), settings.seconds().dividedBy(4));
                ServiceUnderLoad service = new ServiceUnderLoad(
                        settings, broker.bootstrap(), data, pool, bare.times(), patience(estimate), stop);
                report = measure(bare, service, pool, framesFor(estimate));
            }
            settings.report().ifPresent(report::writeTo);
            return report;
        }
    }

    private BenchReport measure(BareNetworks bare, ServiceUnderLoad service, FramePool pool, int frames)
            throws InterruptedException {
        List<BenchReport.Round> rounds = new ArrayList<>();
        for (int i = 1; i <= settings.rounds(); i++) {
            double raw = bare.framesPerSecond(bare.supports(), settings.seconds());
            double reuse = bare.framesPerSecond(settings.reuseSupports(), settings.seconds());
            double recompute = bare.framesPerSecondRecomputing(settings.reuseSupports(), settings.seconds());
            double served = service.throughput(frames, settings.cameras()).fps();
            BenchReport.Round round = new BenchReport.Round(raw, reuse, recompute, served);
            rounds.add(round);
            say(
                    "round %d: bare %.1f, service %.1f frames/s, efficiency %.3f; with %d support frames bare %.1f, recomputing"
                            + " %.1f, reuse %.2f times",
                    i,
                    raw,
                    served,
                    round.efficiency(),
                    settings.reuseSupports(),
                    reuse,
                    recompute,
                    round.reuseSpeedup());
        }
        ServiceUnderLoad.Throughput profiled = service.profiledThroughput(frames, settings.cameras());
        double serviceFps = median(rounds, BenchReport.Round::serviceFps);
        List<BenchReport.Latency> latency = latency(service, serviceFps);
        List<BenchReport.Spread> spreads = spreads(service, frames);
        return new BenchReport(
                machine(),
                median(rounds, BenchReport.Round::rawFps),
                serviceFps,
                median(rounds, BenchReport.Round::efficiency),
                settings.reuseSupports(),
                median(rounds, BenchReport.Round::reuseFps),
                median(rounds, BenchReport.Round::recomputeFps),
                median(rounds, BenchReport.Round::reuseSpeedup),
                rounds,
                named(profiled.cpuMsPerFrame()),
                profiled.work().stageMs(),
                profiled.kafkaBytesPerFrame(),
                frameBytes(pool),
                latency,
                spreads,
                perCamera(spreads, BenchReport.Spread::heapMb),
                perCamera(spreads, BenchReport.Spread::residentMb));
    }

    private List<BenchReport.Latency> latency(ServiceUnderLoad service, double serviceFps) throws InterruptedException {
        List<BenchReport.Latency> all = new ArrayList<>();
        for (double load : settings.loads()) {
            all.add(said(service.latency(load, load * serviceFps, settings.cameras(), ServiceUnderLoad.EXACTLY_ONCE)));
        }
        all.add(said(service.latency(
                LATENCY_LOAD_OF_GUARANTEES,
                LATENCY_LOAD_OF_GUARANTEES * serviceFps,
                settings.cameras(),
                ServiceUnderLoad.AT_LEAST_ONCE)));
        return all;
    }

    private BenchReport.Latency said(BenchReport.Latency latency) {
        say(
                "load %.0f %% (%.1f frames/s, %s): latency p50 %.0f, p95 %.0f, p99 %.0f ms; model p50 %.0f, p95 %.0f ms;"
                        + " %d analysed, %d skipped, %d to %d per camera",
                100 * latency.load(),
                latency.framesPerSecond(),
                latency.guarantee(),
                latency.latencyMs().p50(),
                latency.latencyMs().p95(),
                latency.latencyMs().p99(),
                latency.modelMs().p50(),
                latency.modelMs().p95(),
                latency.analysed(),
                latency.skipped(),
                latency.fewestSkipped(),
                latency.mostSkipped());
        return latency;
    }

    private List<BenchReport.Spread> spreads(ServiceUnderLoad service, int frames) throws InterruptedException {
        Map<Integer, List<ServiceUnderLoad.Throughput>> turns = new LinkedHashMap<>();
        for (int i = 1; i <= settings.rounds(); i++) {
            for (int cameras : settings.cameraCounts()) {
                ServiceUnderLoad.Throughput throughput = service.throughput(frames, cameras);
                turns.computeIfAbsent(cameras, none -> new ArrayList<>()).add(throughput);
                say(
                        "round %d: cameras %d, %.1f frames/s with %.1f support frames and %.2f clips each, heap %.0f MiB, resident %.0f MiB",
                        i,
                        cameras,
                        throughput.fps(),
                        throughput.work().supports(),
                        throughput.work().clips(),
                        throughput.memory().heapMb(),
                        throughput.memory().residentMb());
            }
        }
        return turns.entrySet().stream()
                .map(turn -> spread(turn.getKey(), turn.getValue()))
                .toList();
    }

    /** Memory is that of the first turn: later ones use again what earlier ones have freed. */
    private static BenchReport.Spread spread(int cameras, List<ServiceUnderLoad.Throughput> turns) {
        ServiceUnderLoad.Throughput first = turns.get(0);
        return new BenchReport.Spread(
                cameras,
                median(turns, ServiceUnderLoad.Throughput::fps),
                turns.stream().map(ServiceUnderLoad.Throughput::fps).toList(),
                first.work().supports(),
                first.work().clips(),
                first.work().stageMs(),
                first.memory().heapMb(),
                first.memory().residentMb());
    }

    private static double perCamera(List<BenchReport.Spread> spreads, ToDoubleFunction<BenchReport.Spread> memory) {
        if (spreads.size() < 2) {
            return 0;
        }
        BenchReport.Spread fewest = spreads.get(0);
        BenchReport.Spread most = spreads.get(spreads.size() - 1);
        return (memory.applyAsDouble(most) - memory.applyAsDouble(fewest)) / (most.cameras() - fewest.cameras());
    }

    private FramePool pool(String bootstrap) throws InterruptedException {
        try (TopicAdmin admin = TopicAdmin.connect(bootstrap)) {
            admin.create(List.of(source.frames().definition(1, (short) 1)));
        }
        CameraConfig camera = CameraConfig.of(
                        new CameraId("source"), SourceUri.parse(settings.video().toString()))
                .withPacing(Pacing.UNPACED);
        return FramePool.capture(camera, bootstrap, source.frames());
    }

    private BareNetworks bareNetworks(FramePool pool) {
        Config defaults = ServiceConfig.reference();
        Map<String, Object> changed = new HashMap<>();
        changed.put("device", settings.device().toString());
        changed.put("threads-per-run", settings.threadsPerRun());
        settings.threadsWhenAlone().ifPresent(alone -> changed.put("threads-when-alone", alone));
        InferenceConfig inference =
                InferenceConfig.from(ConfigFactory.parseMap(changed).withFallback(defaults.getConfig("inference")));
        return new BareNetworks(
                settings.detector(),
                settings.recognizer(),
                inference,
                pool.frames().get(pool.frames().size() / 2),
                settings.threads(),
                FRAME_PERIOD,
                defaults.getInt("recognition.hop"));
    }

    private int framesFor(double framesPerSecond) {
        return Math.max(
                FEWEST_FRAMES, (int) (framesPerSecond * settings.seconds().toMillis() / 1000 / 0.8));
    }

    private static Duration patience(double framesPerSecond) {
        Duration ofFrames = Duration.ofSeconds(Math.round(FRAMES_OF_PATIENCE / framesPerSecond));
        return LEAST_PATIENCE.compareTo(ofFrames) > 0 ? LEAST_PATIENCE : ofFrames;
    }

    private static double frameBytes(FramePool pool) {
        return pool.frames().stream()
                .mapToInt(frame -> frame.getImage().remaining())
                .average()
                .orElseThrow();
    }

    private static Map<String, Double> named(Map<CpuUse, Double> uses) {
        Map<String, Double> named = new LinkedHashMap<>();
        uses.forEach((use, ms) -> named.put(use.name().toLowerCase(Locale.ROOT), ms));
        return named;
    }

    private static <T> double median(List<T> rounds, ToDoubleFunction<T> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private Map<String, String> machine() {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("device", settings.device().toString());
        machine.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        machine.put("max_heap_mb", Long.toString((long) (Runtime.getRuntime().maxMemory() / MemoryUse.MEBIBYTE)));
        machine.put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version());
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("arch", System.getProperty("os.arch"));
        return machine;
    }

    private void say(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }
}
