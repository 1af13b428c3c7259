package io.vigil.producers.app;

import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/** The keys a block of a configuration may have. */
record KnownKeys(Set<String> keys) {

    static KnownKeys of(Collection<String> keys) {
        return new KnownKeys(new TreeSet<>(keys));
    }

    /** Refuses the first key of {@code found} that is not known, with the likeliest one that was meant. */
    void check(String block, Collection<String> found) {
        for (String key : new TreeSet<>(found)) {
            if (!keys.contains(key)) {
                String nearest = keys.stream()
                        .min(Comparator.comparingInt(known -> distance(known, key)))
                        .orElse("");
                throw new IllegalArgumentException("%s: there is no key %s, did you mean %s? Known are %s"
                        .formatted(block, key, nearest, String.join(", ", keys)));
            }
        }
    }

    /** Levenshtein distance: insertions, deletions and substitutions from one to the other. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int substitution = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
