package io.vigil.console.bench;

import io.vigil.console.results.ResultListener;
import io.vigil.schema.Actions;
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
import java.util.stream.Stream;

/** When committed outcomes came, and what the analysis of the frames took. Thread-safe. */
final class Arrivals implements ResultListener {

    private final List<Arrival> frames = new ArrayList<>();
    private final List<Arrival> clips = new ArrayList<>();
    private final Map<String, Integer> skippedPerCamera = new TreeMap<>();
    private long outcomes;

    @Override
    public synchronized void detections(Detections detections, Instant seen) {
        outcomes++;
        frames.add(
                new Arrival(System.nanoTime(), detections.getSupportSequences().size(), detections.getTimings()));
    }

    @Override
    public synchronized void actions(Actions actions, Instant seen) {
        clips.add(new Arrival(System.nanoTime(), 0, actions.getTimings()));
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
        return frames.size();
    }

    /** Frames per second from the first of these results to the last. */
    synchronized double framesPerSecond(int first, int last) {
        return SteadyRate.of(frames.subList(first, last + 1).stream()
                .mapToLong(Arrival::nanos)
                .toArray());
    }

    /** What was done for a frame on average, between the results of these numbers. */
    synchronized Work work(int first, int last) {
        long from = frames.get(first).nanos();
        long to = frames.get(last).nanos();
        List<Arrival> analysed = frames.subList(first + 1, last + 1);
        List<Arrival> recognized = clips.stream()
                .filter(clip -> clip.nanos() > from && clip.nanos() <= to)
                .toList();
        double count = analysed.size();
        Map<String, Double> stageMs = new LinkedHashMap<>();
        Stream.concat(analysed.stream(), recognized.stream())
                .flatMap(arrival -> arrival.stages().stream())
                .forEach(stage -> stageMs.merge(stage.getStage(), stage.getDurationUs() / 1000.0 / count, Double::sum));
        return new Work(
                analysed.stream().mapToInt(Arrival::supports).sum() / count, recognized.size() / count, stageMs);
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

    private record Arrival(long nanos, int supports, List<StageTiming> stages) {}

    /**
     * What is done for a frame on average.
     *
     * @param supports support frames
     * @param clips recognized clips
     * @param stageMs time in each stage, milliseconds
     */
    record Work(double supports, double clips, Map<String, Double> stageMs) {}

    /**
     * Skipped frames.
     *
     * @param all of all cameras
     * @param fewest of one camera
     * @param most of one camera
     */
    record Skips(int all, int fewest, int most) {}
}
