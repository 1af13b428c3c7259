package io.vigil.console.web.history;

import io.vigil.console.results.ResultListener;
import io.vigil.schema.Actions;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import io.vigil.schema.Skipped;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The results of the last hour, in memory. Thread-safe. */
public final class History implements ResultListener {

    private final Map<String, CameraHistory> cameras = new ConcurrentHashMap<>();

    @Override
    public void detections(Detections detections, Instant seen) {
        camera(detections.getCameraId()).add(detections);
    }

    @Override
    public void actions(Actions actions, Instant seen) {
        camera(actions.getCameraId()).add(actions);
    }

    @Override
    public void skipped(Skipped skipped, Instant seen) {
        camera(skipped.getCameraId()).add(skipped);
    }

    @Override
    public void deadLetter(Optional<String> camera, DeadLetter letter, Instant seen) {
        camera.map(cameras::get).ifPresent(known -> known.addDeadLetter(letter.getTimestamp()));
    }

    @Override
    public void event(Event event, Instant seen) {
        camera(event.getCameraId()).add(event);
    }

    /** One camera's history; null for one that is not known. */
    @Nullable CameraHistory of(String camera) {
        return cameras.get(camera);
    }

    private CameraHistory camera(String id) {
        return cameras.computeIfAbsent(id, unused -> new CameraHistory());
    }
}
