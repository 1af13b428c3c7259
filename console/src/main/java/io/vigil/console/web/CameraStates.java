package io.vigil.console.web;

import io.vigil.console.results.ResultListener;
import io.vigil.console.web.CameraState.Kind;
import io.vigil.console.web.cameras.CameraListener;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells from frames and outcomes what each camera does. Frames are seen only while a page is open; without them a camera's last outcome
 * counts. A camera is forgotten when it is removed, or, if it was never added, when nothing came of it for a day. Thread-safe.
 */
final class CameraStates implements ResultListener, CameraListener {

    /** Over which rates are measured. */
    private static final Duration SPAN = Duration.ofSeconds(5);

    private static final Duration OVERDUE = Duration.ofSeconds(2);
    private static final Duration SILENT = Duration.ofSeconds(5);
    private static final Duration STALLED = Duration.ofSeconds(3);
    /** A camera may take so many times its usual interval before it counts as silent. */
    private static final int INTERVALS = 3;
    /** A longer one is a gap and says nothing about the camera's rate. */
    private static final double LONGEST_INTERVAL_MS = 10_000;
    /** Share of the outcomes from which on giving up is worth a word. */
    private static final double MANY = 0.1;
    /** How much a new value counts in a running mean. */
    private static final double WEIGHT = 0.1;
    /** Results that are older are those of the past that are read at the start. */
    private static final Duration FRESH = Duration.ofSeconds(60);

    private static final Duration REMEMBERED = Duration.ofDays(1);
    /** A removed camera is captured on for so long at most: the ingest reads of it later. */
    private static final Duration REMOVAL = Duration.ofSeconds(10);

    private final Map<String, Camera> cameras = new TreeMap<>();
    private final Set<String> added = new HashSet<>();
    private final Map<String, Instant> removals = new HashMap<>();

    @Override
    public synchronized void registered(String id) {
        removals.remove(id);
        added.add(id);
    }

    @Override
    public synchronized void removed(String id, Instant time) {
        added.remove(id);
        removals.put(id, time);
    }

    /** A frame was read from the frames topic. */
    synchronized void frame(Frame frame, Instant seen) {
        Camera camera = camera(frame.getCameraId());
        camera.captured(frame.getEpoch(), frame.getCaptureTime(), seen);
        if (isFresh(frame.getCaptureTime(), seen)) {
            camera.lastFrameSeen = seen;
            camera.frames.add(seen);
        }
    }

    @Override
    public synchronized void detections(Detections detections, Instant seen) {
        Camera camera = camera(detections.getCameraId());
        camera.captured(detections.getEpoch(), detections.getCaptureTime(), seen);
        if (isFresh(detections.getCaptureTime(), seen)) {
            camera.lastOutcomeSeen = seen;
            camera.analysed.add(seen);
            camera.latency(Duration.between(detections.getCaptureTime(), seen).toMillis());
        }
    }

    @Override
    public synchronized void skipped(Skipped skipped, Instant seen) {
        Camera camera = camera(skipped.getCameraId());
        camera.captured(skipped.getEpoch(), skipped.getCaptureTime(), seen);
        if (isFresh(skipped.getCaptureTime(), seen)) {
            camera.lastOutcomeSeen = seen;
            if (skipped.getReason() == SkipReason.OVERLOADED) {
                camera.overloaded.add(seen);
            }
        }
    }

    @Override
    public synchronized void deadLetter(Optional<String> id, DeadLetter letter, Instant seen) {
        id.map(cameras::get).ifPresent(camera -> {
            camera.lastSeen = seen;
            camera.lastOutcomeSeen = seen;
        });
    }

    /** All cameras that are known, by id. */
    synchronized List<CameraState> at(Instant now) {
        cameras.entrySet().removeIf(entry -> isGone(entry.getKey(), entry.getValue(), now));
        return cameras.entrySet().stream()
                .map(entry -> entry.getValue().state(entry.getKey(), now))
                .toList();
    }

    private Camera camera(String id) {
        return cameras.computeIfAbsent(id, unused -> new Camera());
    }

    private boolean isGone(String id, Camera camera, Instant now) {
        Instant removal = removals.get(id);
        return (!added.contains(id) && !Camera.isWithin(camera.lastSeen, now, REMEMBERED))
                || (removal != null && Camera.isWithin(removal, camera.lastCapture, REMOVAL));
    }

    private static boolean isFresh(Instant captured, Instant seen) {
        return Duration.between(captured, seen).compareTo(FRESH) < 0;
    }

    private static final class Camera {

        private final SlidingRate frames = new SlidingRate(SPAN);
        private final SlidingRate analysed = new SlidingRate(SPAN);
        private final SlidingRate overloaded = new SlidingRate(SPAN);
        private long epoch = -1;
        private Instant lastCapture = Instant.EPOCH;
        private Instant lastSeen = Instant.EPOCH;
        private double intervalMillis;
        private double latencyMillis = Double.NaN;
        private @Nullable Instant newEpochSeen;
        private @Nullable Instant lastFrameSeen;
        private @Nullable Instant lastOutcomeSeen;

        void captured(long itsEpoch, Instant time, Instant seen) {
            lastSeen = seen;
            if (itsEpoch > epoch) {
                newEpochSeen = epoch < 0 || !isFresh(time, seen) ? null : seen;
                epoch = itsEpoch;
            } else if (time.isAfter(lastCapture)) {
                double interval = Math.min(Duration.between(lastCapture, time).toMillis(), LONGEST_INTERVAL_MS);
                intervalMillis += WEIGHT * (interval - intervalMillis);
            }
            if (time.isAfter(lastCapture)) {
                lastCapture = time;
            }
        }

        void latency(long millis) {
            latencyMillis = Double.isNaN(latencyMillis) ? millis : latencyMillis + WEIGHT * (millis - latencyMillis);
        }

        CameraState state(String id, Instant now) {
            Duration age = Duration.between(lastCapture, now);
            int given = overloaded.count(now);
            int outcomes = given + analysed.count(now);
            boolean framesAreRead = lastFrameSeen != null && isWithin(lastFrameSeen, now, SPAN);
            Kind kind = Kind.LIVE;
            String reason = "frames come and are analysed";
            if (age.compareTo(patience(SILENT)) > 0) {
                kind = Kind.SILENT;
                reason = "the last frame was captured at " + lastCapture;
            } else if (framesAreRead
                    && (lastOutcomeSeen == null || !isWithin(lastOutcomeSeen, now, patience(STALLED)))) {
                kind = Kind.STALLED;
                reason = "frames come, but the service gives no results for them";
            } else if (age.compareTo(patience(OVERDUE)) > 0) {
                kind = Kind.STALLED;
                reason = "the next frame is overdue";
            } else if (newEpochSeen != null && isWithin(newEpochSeen, now, SPAN)) {
                kind = Kind.RECONNECTING;
                reason = "the camera's stream has just begun anew";
            } else if (given > MANY * outcomes) {
                kind = Kind.SKIPPING;
                reason = "%d of the last %d frames were given up because the service does not keep up"
                        .formatted(given, outcomes);
            }
            return new CameraState(
                    id,
                    kind,
                    reason,
                    age.toMillis(),
                    framesAreRead ? OptionalDouble.of(frames.perSecond(now)) : OptionalDouble.empty(),
                    analysed.perSecond(now),
                    outcomes == given ? OptionalDouble.empty() : OptionalDouble.of(latencyMillis));
        }

        private Duration patience(Duration least) {
            Duration usual = Duration.ofMillis(Math.round(INTERVALS * intervalMillis));
            return usual.compareTo(least) > 0 ? usual : least;
        }

        private static boolean isWithin(Instant time, Instant now, Duration span) {
            return Duration.between(time, now).compareTo(span) <= 0;
        }
    }
}
