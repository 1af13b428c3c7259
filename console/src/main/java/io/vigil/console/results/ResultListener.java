package io.vigil.console.results;

import io.vigil.schema.Actions;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import io.vigil.schema.Skipped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Is told of each committed result, by one thread, in order per camera and topic. */
public interface ResultListener {

    default void detections(Detections detections, Instant seen) {}

    default void actions(Actions actions, Instant seen) {}

    default void skipped(Skipped skipped, Instant seen) {}

    /**
     * A record that could not be analysed.
     *
     * @param camera its camera; empty when its key named none
     */
    default void deadLetter(Optional<String> camera, DeadLetter letter, Instant seen) {}

    default void event(Event event, Instant seen) {}

    /** Tells each of {@code listeners}, in order. */
    static ResultListener all(List<ResultListener> listeners) {
        List<ResultListener> all = List.copyOf(listeners);
        return new ResultListener() {
            @Override
            public void detections(Detections detections, Instant seen) {
                all.forEach(listener -> listener.detections(detections, seen));
            }

            @Override
            public void actions(Actions actions, Instant seen) {
                all.forEach(listener -> listener.actions(actions, seen));
            }

            @Override
            public void skipped(Skipped skipped, Instant seen) {
                all.forEach(listener -> listener.skipped(skipped, seen));
            }

            @Override
            public void deadLetter(Optional<String> camera, DeadLetter letter, Instant seen) {
                all.forEach(listener -> listener.deadLetter(camera, letter, seen));
            }

            @Override
            public void event(Event event, Instant seen) {
                all.forEach(listener -> listener.event(event, seen));
            }
        };
    }
}
