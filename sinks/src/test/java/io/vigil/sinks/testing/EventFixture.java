package io.vigil.sinks.testing;

import io.vigil.schema.Box;
import io.vigil.schema.Event;
import io.vigil.schema.EventKind;
import io.vigil.schema.FrameReference;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Events with good defaults. */
public final class EventFixture {

    public static final Instant START = Instant.parse("2026-01-01T12:00:00.250Z");

    private EventFixture() {}

    /** Somebody who dwells in the yard, or has. */
    public static Event dwelt(String id, @Nullable Instant end) {
        return new Event(
                id,
                "north",
                EventKind.DWELT,
                "yard",
                START,
                end,
                "1-2-0",
                "person",
                0.75f,
                new Box("person", 0.75f, 10f, 20f, 30f, 40f, "1-2-0"),
                null,
                null,
                new FrameReference("vigil.frames", 3, 17L, 1L, 2L));
    }

    public static Event entered(String camera, String rule) {
        return new Event(
                "id-1",
                camera,
                EventKind.ENTERED,
                rule,
                START,
                START,
                "1-2-0",
                "person",
                0.75f,
                null,
                null,
                null,
                new FrameReference("vigil.frames", 3, 17L, 1L, 2L));
    }

    public static Event dwelt(String id) {
        return dwelt(id, null);
    }
}
