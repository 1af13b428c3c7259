package io.vigil.console.web.service;

import io.vigil.console.results.ResultListener;
import io.vigil.schema.Actions;
import io.vigil.schema.Detections;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model packages whose results were seen. Thread-safe. */
final class ModelsSeen implements ResultListener {

    private final Map<Model, Use> models = new LinkedHashMap<>();

    @Override
    public synchronized void detections(Detections detections, Instant seen) {
        count(
                new Model("detector", detections.getModelName(), detections.getModelVersion()),
                detections.getCaptureTime());
    }

    @Override
    public synchronized void actions(Actions actions, Instant seen) {
        count(new Model("recognizer", actions.getModelName(), actions.getModelVersion()), actions.getEndTime());
    }

    /** Each package, in the order in which they were first seen. */
    synchronized List<Map.Entry<Model, Use>> models() {
        return List.copyOf(new LinkedHashMap<>(models).entrySet());
    }

    private void count(Model model, Instant time) {
        models.merge(model, new Use(1, time), Use::with);
    }

    /**
     * A model package.
     *
     * @param role {@code detector} or {@code recognizer}
     */
    record Model(String role, String name, String version) {}

    /**
     * How it was used.
     *
     * @param results of it that were seen
     * @param last capture time of the newest one
     */
    record Use(long results, Instant last) {

        Use with(Use other) {
            return new Use(results + other.results, last.isAfter(other.last) ? last : other.last);
        }
    }
}
