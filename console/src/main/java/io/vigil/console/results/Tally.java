package io.vigil.console.results;

import io.vigil.schema.Actions;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Detections;
import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import io.vigil.schema.StageTiming;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times results.
 *
 * <p>Results of streams that began before {@code since} are left out: a broker with an older log may still have some to come.
 * Thread-safe.
 */
public final class Tally implements ResultListener {

    /** When the frame of a result was captured, by the clock of this host; empty if unknown. */
    @FunctionalInterface
    public interface CaptureTimes {

        Optional<Instant> of(Detections detections);

        /** The time that the record says: right for all frames but those of files read faster than they were recorded. */
        static CaptureTimes recorded() {
            return detections -> Optional.of(detections.getCaptureTime());
        }
    }

    private static final Set<String> GRAPH_STAGES = Set.of("frame", "support", "detect");
    private static final int SIGNIFICANT_DIGITS = 3;

    private final long sinceMicros;
    private final CaptureTimes captureTimes;
    private final Map<String, Camera> cameras = new HashMap<>();
    private final Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
    private final Map<DeadLetterReason, Long> deadLetters = new EnumMap<>(DeadLetterReason.class);
    private final Histogram latency = new Histogram(SIGNIFICANT_DIGITS);
    private final Histogram model = new Histogram(SIGNIFICANT_DIGITS);
    private long boxes;
    private long clips;
    private @Nullable Instant firstResult;

    /** Counts results of streams that began at {@code since} or later. */
    public Tally(Instant since, CaptureTimes captureTimes) {
        this.sinceMicros = Math.multiplyExact(since.getEpochSecond(), 1_000_000) + since.getNano() / 1000;
        this.captureTimes = captureTimes;
    }

    @Override
    public synchronized void detections(Detections detections, Instant seen) {
        if (detections.getEpoch() < sinceMicros) {
            return;
        }
        Camera camera = camera(detections.getCameraId());
        camera.analysed++;
        camera.lastDetections = detections;
        captureTimes.of(detections).ifPresent(captured -> {
            long micros = Math.max(0, Duration.between(captured, seen).toNanos() / 1000);
            camera.recentLatency.recordValue(micros);
            latency.recordValue(micros);
        });
        model.recordValue(detections.getTimings().stream()
                .filter(timing -> GRAPH_STAGES.contains(timing.getStage()))
                .mapToLong(StageTiming::getDurationUs)
                .sum());
        boxes += detections.getBoxes().size();
        if (firstResult == null) {
            firstResult = seen;
        }
    }

    @Override
    public synchronized void actions(Actions actions, Instant seen) {
        if (actions.getEpoch() >= sinceMicros) {
            clips++;
            camera(actions.getCameraId()).lastActions = actions;
        }
    }

    @Override
    public synchronized void skipped(Skipped frame, Instant seen) {
        if (frame.getEpoch() >= sinceMicros) {
            camera(frame.getCameraId()).skipped++;
            skipped.merge(frame.getReason(), 1L, Long::sum);
        }
    }

    @Override
    public synchronized void deadLetter(Optional<String> camera, DeadLetter letter, Instant seen) {
        if (letter.getTimestamp().toEpochMilli() >= sinceMicros / 1000) {
            camera.ifPresent(id -> camera(id).deadLetters++);
            deadLetters.merge(letter.getReason(), 1L, Long::sum);
        }
    }

    /** One camera's part; begins a new interval for its recent latency. */
    public synchronized CameraTally read(String cameraId) {
        Camera camera = camera(cameraId);
        CameraTally tally = new CameraTally(
                camera.analysed,
                camera.skipped,
                camera.deadLetters,
                camera.recentLatency.getTotalCount() == 0
                        ? Optional.empty()
                        : Optional.of(Percentiles.millis(camera.recentLatency, 50)),
                Optional.ofNullable(camera.lastDetections),
                Optional.ofNullable(camera.lastActions));
        camera.recentLatency.reset();
        return tally;
    }

    /** Frames of one camera that came to their end, whichever. */
    public synchronized long outcomes(String cameraId) {
        Camera camera = camera(cameraId);
        return camera.analysed + camera.skipped + camera.deadLetters;
    }

    /** Everything so far. */
    public synchronized Totals totals() {
        return new Totals(
                cameras.values().stream().mapToLong(camera -> camera.analysed).sum(),
                Map.copyOf(skipped),
                Map.copyOf(deadLetters),
                boxes,
                clips,
                Percentiles.of(latency),
                Percentiles.of(model),
                Optional.ofNullable(firstResult));
    }

    private Camera camera(String id) {
        return cameras.computeIfAbsent(id, unused -> new Camera());
    }

    /**
     * The sums over all cameras.
     *
     * @param analysed frames with a detections record
     * @param boxes detected objects in them
     * @param clips actions records
     * @param latencyMs from capture to committed result
     * @param modelMs all graphs of one frame together
     * @param firstResult when the first detections record was seen
     */
    public record Totals(
            long analysed,
            Map<SkipReason, Long> skippedByReason,
            Map<DeadLetterReason, Long> deadLettersByReason,
            long boxes,
            long clips,
            Percentiles latencyMs,
            Percentiles modelMs,
            Optional<Instant> firstResult) {

        public long skipped() {
            return skippedByReason.values().stream().mapToLong(Long::longValue).sum();
        }

        public long deadLetters() {
            return deadLettersByReason.values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }

        public long outcomes() {
            return analysed + skipped() + deadLetters();
        }
    }

    private static final class Camera {
        private final Histogram recentLatency = new Histogram(SIGNIFICANT_DIGITS);
        private long analysed;
        private long skipped;
        private long deadLetters;
        private @Nullable Detections lastDetections;
        private @Nullable Actions lastActions;
    }
}
