package io.vigil.streams.rules;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A part of the picture that is watched.
 *
 * @param name unique among the rules of its camera
 * @param area where it is
 * @param labels classes that count; empty: all
 * @param dwell an object that stays as long has dwelt; empty: none has
 * @param countOver more objects than this are too many; empty: none are
 */
public record Zone(
        String name, Polygon area, Set<String> labels, Optional<Duration> dwell, Optional<Integer> countOver) {

    public Zone {
        labels = Set.copyOf(labels);
    }

    boolean watches(String label) {
        return labels.isEmpty() || labels.contains(label);
    }
}
