package io.vigil.console.bench;

import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.broker.DataDirectory;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.StopSignal;
import io.vigil.console.results.ResultFollower;
import io.vigil.console.results.ResultListener;
import io.vigil.console.results.Tally;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.topics.TopicAdmin;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs of the whole service, each with topics, state and group of its own. */
final class ServiceUnderLoad {

    static final String EXACTLY_ONCE = "exactly_once_v2";
    static final String AT_LEAST_ONCE = "at_least_once";

    private static final String LIVE_MAX_AGE = "1 s";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(10);

    private final BenchSettings settings;
    private final String bootstrap;
    private final DataDirectory data;
    private final FramePool pool;
    private final FrameTimes times;
    private final Duration patience;
    private final StopSignal stop;
    private int runs;

    /**
     * @param times of the frames that are there from the start
     * @param patience the longest wait for an outcome
     */
    ServiceUnderLoad(
            BenchSettings settings,
            String bootstrap,
            DataDirectory data,
            FramePool pool,
            FrameTimes times,
            Duration patience,
            StopSignal stop) {
        this.settings = settings;
        this.bootstrap = bootstrap;
        this.data = data;
        this.pool = pool;
        this.times = times;
        this.patience = patience;
        this.stop = stop;
    }

    /**
     * The middle of a run whose frames were all sent at once, after those for warming up.
     *
     * @param fps frames per second from the first tenth of the results to the last
     * @param work what was done for a frame
     * @param cpuMsPerFrame CPU time per frame by what it was spent on; empty unless asked for
     * @param kafkaBytesPerFrame what the broker's log grew by per frame, the frames themselves excluded
     * @param memory at the end, the service still running
     */
    record Throughput(
            double fps,
            Arrivals.Work work,
            Map<CpuUse, Double> cpuMsPerFrame,
            double kafkaBytesPerFrame,
            MemoryUse memory) {}

    /** Takes {@code frames} frames of {@code cameras} cameras through the service as fast as it can, after those that fill their windows. */
    Throughput throughput(int frames, int cameras) throws InterruptedException {
        return throughput(frames, cameras, false);
    }

    /** The same, with what CPU time is spent on. Looking takes some hundredths of it. */
    Throughput profiledThroughput(int frames, int cameras) throws InterruptedException {
        return throughput(frames, cameras, true);
    }

    private Throughput throughput(int frames, int cameras, boolean profiled) throws InterruptedException {
        Topics topics = createTopics();
        int warmUp = cameras * times.warmUp();
        int all = warmUp + frames;
        int first = warmUp + frames / 10;
        int last = all - 1 - frames / 10;
        Instant start = Instant.now().minus(times.at(cameras - 1, cameras, all / cameras));
        Arrivals arrivals = new Arrivals();
        try (FrameLog log = new FrameLog(pool, cameras, settings.partitions(), bootstrap, topics.frames());
                ResultFollower follower = ResultFollower.start(bootstrap, topics, arrivals);
                ServiceHost service = ServiceHost.start(
                        ConfigFactory.parseMap(config(EXACTLY_ONCE), "the bench"), topics, new SimpleMeterRegistry())) {
            ready(service);
            log.fill(start, times, warmUp);
            awaitOutcomes(warmUp, arrivals, service, follower);
            log.fill(start, times, frames);
            awaitOutcomes(first + 1, arrivals, service, follower);
            Optional<CpuProfiler> profiler = profiled ? Optional.of(CpuProfiler.start()) : Optional.empty();
            long logBefore = logBytes();
            int begin = arrivals.analysed();
            awaitOutcomes(last + 1, arrivals, service, follower);
            int end = arrivals.analysed();
            Map<CpuUse, Double> cpuMsPerFrame =
                    profiler.isPresent() ? profiler.get().stop(end - begin) : Map.of();
            long logAfter = logBytes();
            awaitOutcomes(all, arrivals, service, follower);
            return new Throughput(
                    arrivals.framesPerSecond(first, last),
                    arrivals.work(first, last),
                    cpuMsPerFrame,
                    (logAfter - logBefore) / (double) (end - begin),
                    MemoryUse.now());
        }
    }

    /** Sends frames at a steady rate, as live cameras would, and measures how long results take. */
    BenchReport.Latency latency(double load, double framesPerSecond, int cameras, String guarantee)
            throws InterruptedException {
        Topics topics = createTopics();
        Map<String, Object> config = config(guarantee);
        config.put("admission.max-age", LIVE_MAX_AGE);
        config.put("admission.frames-per-second", "1000");
        Arrivals arrivals = new Arrivals();
        try (ServiceHost service = ServiceHost.start(
                        ConfigFactory.parseMap(config, "the bench"), topics, new SimpleMeterRegistry());
                FrameLog log = new FrameLog(pool, cameras, settings.partitions(), bootstrap, topics.frames())) {
            ready(service);
            Arrivals warm = new Arrivals();
            try (ResultFollower follower = ResultFollower.start(bootstrap, topics, warm)) {
                awaitOutcomes(log.play(framesPerSecond, times.warmUpTime()), warm, service, follower);
            }
            Tally tally = new Tally(Instant.EPOCH, Tally.CaptureTimes.recorded());
            try (ResultFollower follower =
                    ResultFollower.start(bootstrap, topics, ResultListener.all(List.of(tally, arrivals)))) {
                int sent = log.play(framesPerSecond, settings.seconds());
                awaitOutcomes(sent, arrivals, service, follower);
            }
            Tally.Totals totals = tally.totals();
            Arrivals.Skips skips = arrivals.skips(cameras);
            return new BenchReport.Latency(
                    load,
                    framesPerSecond,
                    cameras,
                    guarantee,
                    totals.latencyMs(),
                    totals.modelMs(),
                    totals.analysed(),
                    skips.all(),
                    skips.fewest(),
                    skips.most());
        }
    }

    private Topics createTopics() {
        runs++;
        Topics topics = Topics.withPrefix("bench-%d.".formatted(runs), BuiltInSchemaIds.instance());
        try (TopicAdmin admin = TopicAdmin.connect(bootstrap)) {
            admin.create(topics.all().stream()
                    .map(topic -> topic.definition(settings.partitions(), (short) 1))
                    .toList());
        }
        return topics;
    }

    private Map<String, Object> config(String guarantee) {
        Map<String, Object> config = new HashMap<>();
        config.put("application-id", "vigil-bench-" + runs);
        config.put("bootstrap-servers", bootstrap);
        config.put(
                "state-directory", data.state().resolve(Integer.toString(runs)).toString());
        config.put("stream-threads", settings.threads());
        config.put("commit-interval", settings.commitInterval());
        config.put("processing-guarantee", guarantee);
        config.put("inference.threads-per-run", settings.threadsPerRun());
        settings.threadsWhenAlone().ifPresent(alone -> config.put("inference.threads-when-alone", alone));
        config.put("inference.device", settings.device().toString());
        config.put("detection.package", settings.detector().toString());
        config.put("recognition.package", settings.recognizer().toString());
        return config;
    }

    private void ready(ServiceHost service) throws InterruptedException {
        if (!service.awaitRunning(START_LIMIT, stop)) {
            throw stopped();
        }
    }

    private void awaitOutcomes(long count, Arrivals arrivals, ServiceHost service, ResultFollower follower)
            throws InterruptedException {
        long seen = arrivals.outcomes();
        Instant lastOutcome = Instant.now();
        while (arrivals.outcomes() < count) {
            if (stop.await(CHECK_INTERVAL)) {
                throw stopped();
            }
            service.check();
            follower.check();
            if (arrivals.outcomes() != seen) {
                seen = arrivals.outcomes();
                lastOutcome = Instant.now();
            } else if (lastOutcome.plus(patience).isBefore(Instant.now())) {
                throw new Failure(
                        ExitCode.UNACCOUNTED,
                        "%d of %d frames came to no outcome within %d s"
                                .formatted(count - seen, count, patience.toSeconds()));
            }
        }
    }

    private long logBytes() {
        try (Stream<Path> tree = Files.walk(data.broker())) {
            return tree.filter(file -> file.toString().endsWith(".log"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Failure stopped() {
        return new Failure(ExitCode.FAILED, "stopped before the measurement was complete");
    }
}
