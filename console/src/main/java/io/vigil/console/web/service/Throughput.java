package io.vigil.console.web.service;

import io.vigil.console.results.ResultListener;
import io.vigil.console.web.SlidingRate;
import io.vigil.schema.Actions;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import io.vigil.schema.Skipped;
import io.vigil.schema.StageTiming;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How many results of each kind come in a second, and how long the stages took. Thread-safe. */
final class Throughput implements ResultListener {

    /** What is counted. */
    enum Kind {
        ANALYSED,
        SKIPPED,
        DEAD_LETTERS,
        CLIPS,
        EVENTS
    }

    private static final Duration SPAN = Duration.ofSeconds(10);
    /** Older results are those of the past that are read at the start. */
    private static final Duration FRESH = Duration.ofSeconds(60);
    /** How much a new value counts in a running mean. */
    private static final double WEIGHT = 0.05;

    private final Map<Kind, SlidingRate> rates = new EnumMap<>(Kind.class);
    private final Map<String, Double> stageMillis = new TreeMap<>();

    Throughput() {
        for (Kind kind : Kind.values()) {
            rates.put(kind, new SlidingRate(SPAN));
        }
    }

    @Override
    public synchronized void detections(Detections detections, Instant seen) {
        count(Kind.ANALYSED, detections.getCaptureTime(), seen);
        measure(detections.getTimings());
    }

    @Override
    public synchronized void actions(Actions actions, Instant seen) {
        count(Kind.CLIPS, actions.getEndTime(), seen);
        measure(actions.getTimings());
    }

    @Override
    public synchronized void skipped(Skipped skipped, Instant seen) {
        count(Kind.SKIPPED, skipped.getCaptureTime(), seen);
    }

    @Override
    public synchronized void deadLetter(Optional<String> camera, DeadLetter letter, Instant seen) {
        count(Kind.DEAD_LETTERS, letter.getTimestamp(), seen);
    }

    @Override
    public synchronized void event(Event event, Instant seen) {
        count(Kind.EVENTS, event.getEndTime() == null ? event.getStartTime() : event.getEndTime(), seen);
    }

    /** Results per second of each kind. */
    synchronized Map<Kind, Double> perSecond(Instant now) {
        Map<Kind, Double> result = new EnumMap<>(Kind.class);
        rates.forEach((kind, rate) -> result.put(kind, rate.perSecond(now)));
        return result;
    }

    /** Running mean of each stage's time, milliseconds, by the name of the stage. */
    synchronized Map<String, Double> stageMillis() {
        return new TreeMap<>(stageMillis);
    }

    private void count(Kind kind, Instant time, Instant seen) {
        SlidingRate rate = rates.get(kind);
        if (rate != null && Duration.between(time, seen).compareTo(FRESH) < 0) {
            rate.add(seen);
        }
    }

    private void measure(List<StageTiming> timings) {
        for (StageTiming timing : timings) {
            stageMillis.merge(
                    timing.getStage(),
                    timing.getDurationUs() / 1000.0,
                    (mean, millis) -> mean + WEIGHT * (millis - mean));
        }
    }
}
