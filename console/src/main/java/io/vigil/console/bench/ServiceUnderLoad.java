package io.vigil.console.bench;

import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs of the whole service, each with topics, state and group of its own. */
final class ServiceUnderLoad {

    static final String EXACTLY_ONCE = "exactly_once_v2";
    static final String AT_LEAST_ONCE = "at_least_once";

    /** Event time from one frame of a camera to the next where all frames are there from the start. */
    static final Duration FRAME_PERIOD = Duration.ofMillis(100);

    /** Of each camera, before anything is measured: topics, stores and memory are used for the first time then. */
    static final int WARM_UP_FRAMES = 2;

    private static final String LIVE_MAX_AGE = "1 s";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(10);

    private final BenchSettings settings;
    private final String bootstrap;
    private final Path states;
    private final FramePool pool;
    private final StopSignal stop;
    private int runs;

    ServiceUnderLoad(BenchSettings settings, String bootstrap, Path states, FramePool pool, StopSignal stop) {
        this.settings = settings;
        this.bootstrap = bootstrap;
        this.states = states;
        this.pool = pool;
        this.stop = stop;
    }

    /**
     * The middle of a run whose frames were all sent at once, after those for warming up.
     *
     * @param fps frames per second from the first tenth of the results to the last
     * @param cpuMsPerFrame CPU time per frame by what threads are for
     * @param stageMs mean duration of each stage
     * @param memory at the end, the service still running
     */
    record Throughput(
            double fps, Map<CpuTime.Group, Double> cpuMsPerFrame, Map<String, Double> stageMs, MemoryUse memory) {}

    /** Takes {@code frames} frames of {@code cameras} cameras through the service as fast as it can, after some of each for warming up. */
    Throughput throughput(int frames, int cameras, String guarantee) throws InterruptedException {
        Topics topics = createTopics(cameras);
        int warmUp = cameras * WARM_UP_FRAMES;
        int all = warmUp + frames;
        int first = warmUp + frames / 10;
        int last = all - 1 - frames / 10;
        Instant start = Instant.now().minus(FRAME_PERIOD.multipliedBy(all / cameras));
        Arrivals arrivals = new Arrivals();
        try (FrameLog log = new FrameLog(pool, cameras, bootstrap, topics.frames());
                ResultFollower follower = ResultFollower.start(bootstrap, topics, arrivals);
                ServiceHost service = ServiceHost.start(
                        ConfigFactory.parseMap(config(guarantee), "the bench"), topics, new SimpleMeterRegistry())) {
            ready(service);
            log.fill(start, FRAME_PERIOD, 0, warmUp);
            awaitOutcomes(warmUp, arrivals, service, follower);
            log.fill(start, FRAME_PERIOD, warmUp, all);
            awaitOutcomes(first + 1, arrivals, service, follower);
            CpuTime before = CpuTime.now();
            int begin = arrivals.analysed();
            awaitOutcomes(last + 1, arrivals, service, follower);
            CpuTime after = CpuTime.now();
            int end = arrivals.analysed();
            awaitOutcomes(all, arrivals, service, follower);
            return new Throughput(
                    arrivals.framesPerSecond(first, last),
                    after.msPerFrameSince(before, end - begin),
                    arrivals.stageMs(),
                    MemoryUse.now());
        }
    }

    /** Sends frames at a steady rate, as live cameras would, and measures how long results take. */
    BenchReport.Latency latency(double load, double framesPerSecond, int cameras, String guarantee)
            throws InterruptedException {
        Topics topics = createTopics(cameras);
        Map<String, Object> config = config(guarantee);
        config.put("admission.max-age", LIVE_MAX_AGE);
        config.put("admission.frames-per-second", "1000");
        Arrivals arrivals = new Arrivals();
        Duration warmUp = settings.seconds().dividedBy(4);
        try (ServiceHost service = ServiceHost.start(
                        ConfigFactory.parseMap(config, "the bench"), topics, new SimpleMeterRegistry());
                FrameLog log = new FrameLog(pool, cameras, bootstrap, topics.frames())) {
            ready(service);
            Arrivals warm = new Arrivals();
            try (ResultFollower follower = ResultFollower.start(bootstrap, topics, warm)) {
                awaitOutcomes(log.play(framesPerSecond, warmUp), warm, service, follower);
            }
            Tally tally = new Tally(Instant.now(), Tally.CaptureTimes.recorded());
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

    private Topics createTopics(int cameras) {
        runs++;
        Topics topics = Topics.withPrefix("bench-%d.".formatted(runs), BuiltInSchemaIds.instance());
        try (TopicAdmin admin = TopicAdmin.connect(bootstrap)) {
            admin.create(topics.all().stream()
                    .map(topic -> topic.definition(cameras, (short) 1))
                    .toList());
        }
        return topics;
    }

    private Map<String, Object> config(String guarantee) {
        Map<String, Object> config = new HashMap<>();
        config.put("application-id", "vigil-bench-" + runs);
        config.put("bootstrap-servers", bootstrap);
        config.put("state-directory", states.resolve(Integer.toString(runs)).toString());
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
            } else if (lastOutcome.plus(PATIENCE).isBefore(Instant.now())) {
                throw new Failure(
                        ExitCode.UNACCOUNTED,
                        "%d of %d frames came to no outcome within %d s"
                                .formatted(count - seen, count, PATIENCE.toSeconds()));
            }
        }
    }

    private static Failure stopped() {
        return new Failure(ExitCode.FAILED, "stopped before the measurement was complete");
    }
}
