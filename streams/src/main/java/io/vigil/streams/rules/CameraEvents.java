package io.vigil.streams.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigil.schema.CrossingDirection;
import io.vigil.schema.Event;
import io.vigil.schema.EventKind;
import io.vigil.schema.FrameReference;
import io.vigil.streams.time.EventTime;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the events of one camera. An id follows from what identifies the event, and from nothing else. */
final class CameraEvents {

    private final String camera;

    CameraEvents(String camera) {
        this.camera = camera;
    }

    Event entered(Scene.Stay stay) {
        return ofStay(EventKind.ENTERED, stay, stay.enteredMicros());
    }

    Event left(Scene.Stay stay, long endMicros) {
        return ofStay(EventKind.LEFT, stay, endMicros);
    }

    Event dwells(Scene.Stay stay) {
        return ofStay(EventKind.DWELT, stay, null);
    }

    Event hasDwelt(Scene.Stay stay, long endMicros) {
        return ofStay(EventKind.DWELT, stay, endMicros);
    }

    Event crossed(String line, Sighting sighting, CrossingDirection direction) {
        String track = sighting.box().getTrackId();
        long time = sighting.timeMicros();
        return new Event(
                id(EventKind.CROSSED, line, track, sighting.frame().getEpoch(), time),
                camera,
                EventKind.CROSSED,
                line,
                EventTime.instant(time),
                EventTime.instant(time),
                track,
                sighting.box().getLabel(),
                sighting.box().getScore(),
                sighting.box(),
                direction,
                null,
                sighting.frame());
    }

    /**
     * Too many objects in a zone.
     *
     * @param endMicros null while they are
     */
    Event crowd(Scene.Crowd crowd, @Nullable Long endMicros, FrameReference frame) {
        return new Event(
                id(EventKind.COUNT_EXCEEDED, crowd.zone(), "", crowd.epoch(), crowd.sinceMicros()),
                camera,
                EventKind.COUNT_EXCEEDED,
                crowd.zone(),
                EventTime.instant(crowd.sinceMicros()),
                instant(endMicros),
                null,
                null,
                null,
                null,
                null,
                crowd.most(),
                frame);
    }

    /**
     * An action that is or was seen.
     *
     * @param endMicros null while it is
     */
    Event action(ActionStreak streak, @Nullable Long endMicros) {
        return new Event(
                id(
                        EventKind.ACTION,
                        streak.rule(),
                        streak.label(),
                        streak.last().getEpoch(),
                        streak.startMicros()),
                camera,
                EventKind.ACTION,
                streak.rule(),
                EventTime.instant(streak.startMicros()),
                instant(endMicros),
                null,
                streak.label(),
                streak.bestScore(),
                null,
                null,
                null,
                streak.last());
    }

    /**
     * A camera that is or was silent.
     *
     * @param endMicros null while it is
     */
    Event silent(LastFrame last, @Nullable Long endMicros) {
        return new Event(
                id(EventKind.SILENT, "", "", last.frame().getEpoch(), last.timeMicros()),
                camera,
                EventKind.SILENT,
                null,
                EventTime.instant(last.timeMicros()),
                instant(endMicros),
                null,
                null,
                null,
                null,
                null,
                null,
                last.frame());
    }

    private Event ofStay(EventKind kind, Scene.Stay stay, @Nullable Long endMicros) {
        Sighting last = stay.last();
        return new Event(
                id(kind, stay.zone(), stay.trackId(), stay.epoch(), stay.enteredMicros()),
                camera,
                kind,
                stay.zone(),
                EventTime.instant(stay.enteredMicros()),
                instant(endMicros),
                stay.trackId(),
                last.box().getLabel(),
                last.box().getScore(),
                last.box(),
                null,
                null,
                last.frame());
    }

    private String id(EventKind kind, String rule, String subject, long epoch, long startMicros) {
        String identity = String.join("\n", camera, kind.name(), rule, subject, epoch + "@" + startMicros);
        return UUID.nameUUIDFromBytes(identity.getBytes(UTF_8)).toString();
    }

    private static @Nullable Instant instant(@Nullable Long micros) {
        return micros == null ? null : EventTime.instant(micros);
    }
}
