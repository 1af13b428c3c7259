package io.vigil.streams.rules;

import java.util.Set;

/**
 * A line whose crossings are told.
 *
 * @param name unique among the rules of its camera
 * @param segment where it is
 * @param labels classes that count; empty: all
 */
public record TripLine(String name, Segment segment, Set<String> labels) {

    public TripLine {
        labels = Set.copyOf(labels);
    }

    boolean watches(String label) {
        return labels.isEmpty() || labels.contains(label);
    }
}
