package io.vigil.console.bench;

import io.vigil.console.results.ResultListener;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Detections;
import io.vigil.schema.Skipped;
import io.vigil.schema.StageTiming;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** When committed outcomes came, and what the stages of the analysis took. Thread-safe. */
final class Arrivals implements ResultListener {

    private final List<Long> nanos = new ArrayList<>();
    private final Map<String, Long> stageMicros = new LinkedHashMap<>();
    private final Map<String, Integer> skippedPerCamera = new TreeMap<>();
    private long outcomes;

    @Override
    public synchronized void detections(Detections detections, Instant seen) {
        outcomes++;
        nanos.add(System.nanoTime());
        for (StageTiming stage : detections.getTimings()) {
            stageMicros.merge(stage.getStage(), stage.getDurationUs(), Long::sum);
        }
    }

    @Override
    public synchronized void skipped(Skipped skipped, Instant seen) {
        outcomes++;
        skippedPerCamera.merge(skipped.getCameraId(), 1, Integer::sum);
    }

    @Override
    public synchronized void deadLetter(Optional<String> camera, DeadLetter letter, Instant seen) {
        outcomes++;
    }

    synchronized long outcomes() {
        return outcomes;
    }

    synchronized int analysed() {
        return nanos.size();
    }

    /** Frames per second between the results of these numbers. */
    synchronized double framesPerSecond(int first, int last) {
        return (last - first) * 1e9 / (nanos.get(last) - nanos.get(first));
    }

    /** Mean time of each stage, milliseconds. */
    synchronized Map<String, Double> stageMs() {
        Map<String, Double> means = new LinkedHashMap<>();
        stageMicros.forEach((stage, micros) -> means.put(stage, micros / 1000.0 / nanos.size()));
        return means;
    }

    /** Fewest and most frames that a camera of {@code cameras} lost to overload. */
    synchronized Skips skips(int cameras) {
        int most = skippedPerCamera.values().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
        int fewest = skippedPerCamera.size() < cameras
                ? 0
                : skippedPerCamera.values().stream()
                        .mapToInt(Integer::intValue)
                        .min()
                        .orElse(0);
        return new Skips(
                skippedPerCamera.values().stream().mapToInt(Integer::intValue).sum(), fewest, most);
    }

    /**
     * Skipped frames.
     *
     * @param all of all cameras
     * @param fewest of one camera
     * @param most of one camera
     */
    record Skips(int all, int fewest, int most) {}
}
