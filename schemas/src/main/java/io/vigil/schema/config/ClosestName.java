package io.vigil.schema.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which name was meant by one that is not known. */
public final class ClosestName {

    /** A suggestion further away than this is more confusing than none. */
    private static final int MAX_EDITS = 3;

    private ClosestName() {}

    /** The known name with the fewest characters to change; empty if that is too many, or all of them. */
    public static Optional<String> to(String given, Collection<String> known) {
        return known.stream()
                .filter(candidate -> isClose(given, candidate))
                .min(Comparator.comparingInt((String candidate) -> edits(given, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static boolean isClose(String given, String candidate) {
        int edits = edits(given, candidate);
        return edits <= MAX_EDITS && edits < Math.max(given.length(), candidate.length());
    }

    /** Levenshtein distance. */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
