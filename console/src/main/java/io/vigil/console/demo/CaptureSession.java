package io.vigil.console.demo;

import io.micrometer.core.instrument.MeterRegistry;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.StopSignal;
import io.vigil.console.results.CameraTally;
import io.vigil.console.results.ResultFollower;
import io.vigil.console.results.ResultLines;
import io.vigil.console.results.ResultListener;
import io.vigil.console.results.Tally;
import io.vigil.console.service.ServiceHost;
import io.vigil.producers.app.CameraStatus;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The part of a demo in which cameras are captured and results come in, up to the account of every frame. */
final class CaptureSession {

    private static final int FRAMES_IN_FLIGHT = 32;
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(5);
    /** When no outcome came for so long, none will. */
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(20);

    private final DemoSettings settings;
    private final Topics topics;
    private final String bootstrap;
    private final ServiceHost service;
    private final MeterRegistry registry;
    private final PrintWriter out;
    private final StopSignal stop;

    private final Instant begin = Instant.now();
    private final List<CameraConfig> cameras;
    private final FramesInFlight inFlight = new FramesInFlight(FRAMES_IN_FLIGHT, this::settled, InstantSource.system());
    private final Tally tally;
    private final Map<CameraId, Long> analysedBefore = new HashMap<>();
    private Instant lastProgress = begin;
    private volatile @Nullable Ingest ingest;

    CaptureSession(
            DemoSettings settings,
            Topics topics,
            String bootstrap,
            ServiceHost service,
            MeterRegistry registry,
            PrintWriter out,
            StopSignal stop) {
        this.settings = settings;
        this.topics = topics;
        this.bootstrap = bootstrap;
        this.service = service;
        this.registry = registry;
        this.out = out;
        this.stop = stop;
        this.cameras = settings.cameraConfigs();
        this.tally = new Tally(begin, settings.unpaced() ? inFlight : Tally.CaptureTimes.recorded());
    }

    /**
     * Captures until it is time to end, waits for the outcome of every frame, and writes the report, when something broke too.
     *
     * @param times from when the time to the first result counts
     */
    Report run(StartTimes times) throws InterruptedException {
        try (@Nullable ResultLines lines =
                                settings.results().map(ResultLines::to).orElse(null);
                ResultFollower follower = ResultFollower.start(
                        bootstrap, topics, lines == null ? tally : ResultListener.all(List.of(tally, lines)))) {
            List<CameraStatus> last;
            @Nullable Failure broken = null;
            try (Ingest running =
                    Ingest.start(IngestConfig.following(cameras, bootstrap), topics.frames(), inFlight, registry)) {
                ingest = running;
                running.follow(topics.cameras(), name -> Optional.ofNullable(System.getenv(name)));
                try {
                    watch(running, follower);
                } catch (Failure e) {
                    broken = e;
                }
                running.close();
                last = running.status();
            }
            if (broken == null) {
                drain(last, follower);
            }
            Report report = account(last, times);
            if (broken != null) {
                throw broken;
            }
            return report;
        }
    }

    private void watch(Ingest running, ResultFollower follower) throws InterruptedException {
        Optional<Instant> end = settings.duration().map(begin::plus);
        while (!stop.await(CHECK_INTERVAL) && !running.finished()) {
            Instant now = Instant.now();
            if (end.isPresent() && now.isAfter(end.get())) {
                return;
            }
            service.check();
            follower.check();
            if (Duration.between(lastProgress, now).compareTo(PROGRESS_INTERVAL) >= 0) {
                progress(running.status(), now);
            }
        }
    }

    private void progress(List<CameraStatus> statuses, Instant now) {
        double seconds = Duration.between(lastProgress, now).toMillis() / 1000.0;
        for (CameraStatus camera : statuses) {
            CameraTally results = tally.read(camera.id().value());
            long before = analysedBefore.getOrDefault(camera.id(), 0L);
            analysedBefore.put(camera.id(), results.analysed());
            say(ProgressLine.of(
                    Duration.between(begin, now), camera, results, (results.analysed() - before) / seconds));
        }
        lastProgress = now;
    }

    /** Waits until every captured frame has its outcome, or no more outcomes come. */
    private void drain(List<CameraStatus> last, ResultFollower follower) throws InterruptedException {
        CaptureTotals capture = CaptureTotals.of(last);
        long awaited = capture.captured() - capture.dropped();
        long seen = -1;
        Instant lastOutcome = Instant.now();
        Instant lastSaid = lastOutcome;
        while (true) {
            long outcomes = tally.totals().outcomes();
            Instant now = Instant.now();
            if (outcomes >= awaited) {
                return;
            }
            if (outcomes != seen) {
                seen = outcomes;
                lastOutcome = now;
            } else if (Duration.between(lastOutcome, now).compareTo(DRAIN_PATIENCE) > 0) {
                return;
            }
            if (Duration.between(lastSaid, now).compareTo(PROGRESS_INTERVAL) >= 0) {
                say("waiting for the outcome of %d frames".formatted(awaited - outcomes));
                lastSaid = now;
            }
            service.check();
            follower.check();
            Thread.sleep(CHECK_INTERVAL.toMillis());
        }
    }

    private Report account(List<CameraStatus> last, StartTimes times) {
        Tally.Totals results = tally.totals();
        Report report = Report.of(
                cameras.size(),
                Duration.between(begin, Instant.now()).toNanos() / 1e9,
                times,
                CaptureTotals.of(last),
                results);
        settings.report().ifPresent(report::writeTo);
        say(report.summary());
        if (report.framesCaptured() == 0 && !stop.isRequested()) {
            throw new Failure(ExitCode.UNAVAILABLE, "no frame was captured" + problems(last));
        }
        return report;
    }

    private static String problems(List<CameraStatus> cameras) {
        StringBuilder problems = new StringBuilder();
        cameras.forEach(camera -> camera.problem()
                .ifPresent(problem ->
                        problems.append("; ").append(camera.id()).append(": ").append(problem)));
        return problems.toString();
    }

    private long settled(CameraId camera) {
        Ingest running = ingest;
        long dropped = running == null
                ? 0
                : running.status().stream()
                        .filter(status -> status.id().equals(camera))
                        .mapToLong(CameraStatus::droppedInTotal)
                        .sum();
        return tally.outcomes(camera.value()) + dropped;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
