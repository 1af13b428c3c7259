package io.vigil.console.web.cameras;

import io.vigil.schema.CapturePacing;
import io.vigil.schema.FrameEncoding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A camera as pages send and get it; JSON names are in snake case.
 *
 * @param name null: its id
 * @param source with placeholders for passwords; null: it is captured elsewhere, and only has rules here
 * @param capture null: as before, or the defaults
 * @param rules null: as before
 */
record CameraForm(
        @Nullable String name,
        @Nullable String source,
        boolean paused,
        @Nullable Capture capture,
        @Nullable Rules rules) {

    /** How it is captured; fields as in the record, with its defaults for null. */
    record Capture(
            @Nullable Double frameRate,
            @Nullable Integer width,
            @Nullable Integer quality,
            @Nullable Boolean loop,
            @Nullable CapturePacing pacing,
            @Nullable FrameEncoding encoding) {}

    /** What becomes an event; null for a list is an empty one. */
    record Rules(
            @Nullable List<Zone> zones,
            @Nullable List<Line> lines,
            @Nullable List<Action> actions,
            @Nullable Long silentAfterMs) {}

    /**
     * A part of the picture that is watched.
     *
     * @param polygon corners, each {@code [x, y]}, shares of the picture
     */
    record Zone(
            @Nullable String name,
            @Nullable List<List<Double>> polygon,
            @Nullable List<String> labels,
            @Nullable Long dwellMs,
            @Nullable Integer countOver) {}

    /** A line from {@code [x, y]} to {@code [x, y]}, shares of the picture. */
    record Line(
            @Nullable String name,
            @Nullable List<Double> from,
            @Nullable List<Double> to,
            @Nullable List<String> labels) {}

    /** An action that is waited for. */
    record Action(
            @Nullable String name,
            @Nullable String label,
            @Nullable Double score,
            @Nullable Double releaseScore,
            @Nullable Long atLeastMs,
            @Nullable Long maxGapMs) {}
}
