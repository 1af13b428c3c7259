package io.vigil.sinks.testing;

import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import java.time.Instant;
import java.util.List;

/** Detections in pictures of 640 by 480 pixels. */
public final class DetectionsFixture {

    public static final Instant CAPTURED = Instant.parse("2026-01-01T12:00:00.250Z");

    private DetectionsFixture() {}

    public static Detections of(String camera, long sequence, Box... boxes) {
        return new Detections(
                camera, 1L, sequence, CAPTURED, 640, 480, "tra-test", "1.0.0", List.of(), List.of(boxes), List.of());
    }

    public static Box box(String label, float x, float y, float w, float h, String trackId) {
        return new Box(label, 0.75f, x, y, w, h, trackId);
    }
}
