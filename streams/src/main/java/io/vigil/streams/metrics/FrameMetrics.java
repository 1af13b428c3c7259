package io.vigil.streams.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.EventKind;
import io.vigil.schema.SkipReason;
import io.vigil.schema.StageTiming;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts frames by outcome and events by kind, and measures how frames came to their outcome.
 *
 * <p>Outcomes are counted when they are decided, before their transaction commits: frames of an aborted transaction are counted
 * again. Every reason starts at zero, so that a rate exists before the first of its kind. Thread-safe.
 */
public final class FrameMetrics {

    private static final Duration[] STAGE_BUCKETS = millis(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000);
    private static final Duration[] LATENCY_BUCKETS = millis(50, 100, 200, 500, 1000, 2000, 5000, 10_000, 60_000);

    private final MeterRegistry registry;
    private final Map<String, Camera> cameras = new ConcurrentHashMap<>();
    private final Map<DeadLetterReason, Counter> deadLetters = new EnumMap<>(DeadLetterReason.class);
    private final Map<EventKind, Counter> events = new EnumMap<>(EventKind.class);
    private final Map<String, Timer> stages = new ConcurrentHashMap<>();
    private final Timer latency;
    private final DistributionSummary supportFill;
    private final Counter begunAhead;
    private final Counter actions;
    private final Counter lostClips;

    public FrameMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            deadLetters.put(
                    reason,
                    Counter.builder("vigil.dead.letters")
                            .description("Records of the frames topic that could not be analysed")
                            .tag("reason", tag(reason))
                            .register(registry));
        }
        for (EventKind kind : EventKind.values()) {
            events.put(
                    kind,
                    Counter.builder("vigil.events")
                            .description("Events; what lasts counts when it begins and when it ends")
                            .tag("kind", tag(kind))
                            .register(registry));
        }
        this.latency = Timer.builder("vigil.frame.latency")
                .description("From a frame's capture to its detections; not yet committed")
                .serviceLevelObjectives(LATENCY_BUCKETS)
                .register(registry);
        this.supportFill = DistributionSummary.builder("vigil.window.fill")
                .description("Support frames that an analysed frame had, as a part of those it can have")
                .baseUnit("ratio")
                .register(registry);
        this.begunAhead = Counter.builder("vigil.frames.begun.ahead")
                .description("Analysed frames that an idle core had begun before their turn")
                .register(registry);
        this.actions = Counter.builder("vigil.clips.recognized")
                .description("Clips with an actions record")
                .register(registry);
        this.lostClips = Counter.builder("vigil.clips.lost")
                .description("Clips on which the recognizer failed")
                .register(registry);
    }

    /**
     * A frame has its detections.
     *
     * @param age time since its capture
     * @param supports support frames it had
     * @param capacity support frames it can have
     */
    public void analysed(String camera, Duration age, int supports, int capacity, List<StageTiming> timings) {
        camera(camera).analysed.increment();
        latency.record(age.isNegative() ? Duration.ZERO : age);
        supportFill.record(Math.min(1.0, (double) supports / capacity));
        stages(timings);
    }

    /** A frame was begun before its turn. */
    public void begunAhead() {
        begunAhead.increment();
    }

    public void skipped(String camera, SkipReason reason) {
        Counter counter = camera(camera).skipped.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    public void deadLetter(DeadLetterReason reason) {
        Counter counter = deadLetters.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    public void event(EventKind kind) {
        Counter counter = events.get(kind);
        if (counter != null) {
            counter.increment();
        }
    }

    public void recognized(List<StageTiming> timings) {
        actions.increment();
        stages(timings);
    }

    public void clipLost() {
        lostClips.increment();
    }

    private void stages(List<StageTiming> timings) {
        timings.forEach(timing -> stages.computeIfAbsent(timing.getStage(), this::stage)
                .record(Duration.of(timing.getDurationUs(), ChronoUnit.MICROS)));
    }

    private Timer stage(String stage) {
        return Timer.builder("vigil.stage")
                .description("How long one stage of an analysis took")
                .tag("stage", stage)
                .serviceLevelObjectives(STAGE_BUCKETS)
                .register(registry);
    }

    private Camera camera(String id) {
        return cameras.computeIfAbsent(id, camera -> new Camera(camera, registry));
    }

    private static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Duration[] millis(long... values) {
        return Arrays.stream(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    /** The counters of one camera. */
    private static final class Camera {
        private final Counter analysed;
        private final Map<SkipReason, Counter> skipped = new EnumMap<>(SkipReason.class);

        Camera(String id, MeterRegistry registry) {
            this.analysed = Counter.builder("vigil.frames.analysed")
                    .description("Frames with a detections record")
                    .tag("camera", id)
                    .register(registry);
            for (SkipReason reason : SkipReason.values()) {
                skipped.put(
                        reason,
                        Counter.builder("vigil.frames.skipped")
                                .description("Sound frames that were not analysed")
                                .tag("camera", id)
                                .tag("reason", tag(reason))
                                .register(registry));
            }
        }
    }
}
