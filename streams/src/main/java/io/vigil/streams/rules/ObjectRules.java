package io.vigil.streams.rules;

import io.vigil.schema.Box;
import io.vigil.schema.CrossingDirection;
import io.vigil.schema.Event;
import io.vigil.schema.FrameReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what tracked objects do in the zones and at the lines of one camera.
 *
 * <p>An object is where the middle of its box's lower edge is. It enters a zone when it is inside, and leaves when it is further
 * outside than the margin, or out of sight for longer than a track lives; it has crossed a line when it was further than the
 * margin on one side and is so on the other. Jitter that is smaller than the margin therefore makes no events.
 */
final class ObjectRules {

    /**
     * What a frame means for its camera.
     *
     * @param after the scene after the frame
     * @param events what happened, in order
     */
    record Step(Scene after, List<Event> events) {}

    private final List<Zone> zones;
    private final List<TripLine> lines;
    private final double margin;
    private final long maxLostMicros;
    private final CameraEvents events;

    /**
     * @param margin share of the picture
     * @param maxLostMicros an object out of sight for longer has gone, event time
     */
    ObjectRules(String camera, CameraRules rules, double margin, long maxLostMicros) {
        this.zones = rules.zones();
        this.lines = rules.lines();
        this.margin = margin;
        this.maxLostMicros = maxLostMicros;
        this.events = new CameraEvents(camera);
    }

    boolean isEmpty() {
        return zones.isEmpty() && lines.isEmpty();
    }

    /**
     * Takes in the next frame. With a new stream epoch, another picture size or a step back in time all objects have gone.
     *
     * @param before the scene after the last frame; null if there was none
     */
    Step see(@Nullable Scene before, SeenFrame frame) {
        if (before == null) {
            return new Pass(new Scene(frame.stamp(), List.of(), List.of(), List.of()), frame).run(List.of());
        }
        if (!frame.stamp().continues(before.frame())
                || frame.stamp().timeMicros() < before.frame().timeMicros()) {
            return new Pass(new Scene(frame.stamp(), List.of(), List.of(), List.of()), frame).run(allGone(before));
        }
        return new Pass(before, frame).run(List.of());
    }

    /** What happened when all objects have gone: each when it was seen last. */
    List<Event> allGone(Scene scene) {
        List<Event> gone = new ArrayList<>();
        scene.stays().forEach(stay -> gone.addAll(ended(stay, stay.last().timeMicros())));
        for (Scene.Crowd crowd : scene.crowds()) {
            scene.stays().stream()
                    .filter(stay -> stay.zone().equals(crowd.zone()))
                    .map(Scene.Stay::last)
                    .reduce((a, b) -> b.timeMicros() > a.timeMicros() ? b : a)
                    .ifPresent(last -> gone.add(events.crowd(crowd, last.timeMicros(), last.frame())));
        }
        return gone;
    }

    private List<Event> ended(Scene.Stay stay, long endMicros) {
        Event left = events.left(stay, endMicros);
        return stay.dwelt() ? List.of(left, events.hasDwelt(stay, endMicros)) : List.of(left);
    }

    /** The work on one frame. */
    private final class Pass {

        private final Scene before;
        private final SeenFrame frame;
        private final long now;
        private final Map<String, Box> tracked = new LinkedHashMap<>();
        private final List<Event> happened = new ArrayList<>();
        private final List<Scene.Stay> stays = new ArrayList<>();
        private final List<Scene.Approach> approaches = new ArrayList<>();
        private final List<Scene.Crowd> crowds = new ArrayList<>();

        Pass(Scene before, SeenFrame frame) {
            this.before = before;
            this.frame = frame;
            this.now = frame.stamp().timeMicros();
            for (Box box : frame.boxes()) {
                if (box.getTrackId() != null) {
                    tracked.put(box.getTrackId(), box);
                }
            }
        }

        Step run(List<Event> earlier) {
            happened.addAll(earlier);
            for (Zone zone : zones) {
                watch(zone);
            }
            happened.addAll(allGone(inZonesNoLongerWatched()));
            for (TripLine line : lines) {
                watch(line);
            }
            return new Step(new Scene(frame.stamp(), stays, approaches, crowds), happened);
        }

        private Scene inZonesNoLongerWatched() {
            Set<String> watched = new HashSet<>(zones.stream().map(Zone::name).toList());
            return new Scene(
                    before.frame(),
                    before.stays().stream()
                            .filter(stay -> !watched.contains(stay.zone()))
                            .toList(),
                    List.of(),
                    before.crowds().stream()
                            .filter(crowd -> !watched.contains(crowd.zone()))
                            .toList());
        }

        private void watch(Zone zone) {
            List<Scene.Stay> inside = new ArrayList<>();
            Set<String> known = new HashSet<>();
            Sighting lastToLeave = null;
            for (Scene.Stay stay : before.stays()) {
                if (!stay.zone().equals(zone.name())) {
                    continue;
                }
                known.add(stay.trackId());
                Box box = tracked.get(stay.trackId());
                if (box == null && now - stay.last().timeMicros() <= maxLostMicros) {
                    inside.add(stay);
                } else if (box != null && holds(zone, frame.footOf(box))) {
                    inside.add(dwellingIfDue(zone, stay.seen(frame.sighting(box))));
                } else {
                    Scene.Stay over = box == null ? stay : stay.seen(frame.sighting(box));
                    happened.addAll(ended(over, over.last().timeMicros()));
                    lastToLeave = later(lastToLeave, over.last());
                }
            }
            tracked.forEach((track, box) -> {
                if (!known.contains(track)
                        && zone.watches(box.getLabel())
                        && zone.area().contains(frame.footOf(box))) {
                    Scene.Stay stay =
                            new Scene.Stay(zone.name(), frame.stamp().epoch(), now, false, frame.sighting(box));
                    happened.add(events.entered(stay));
                    inside.add(stay);
                }
            });
            stays.addAll(inside);
            zone.countOver().ifPresent(threshold -> count(zone, threshold, inside.size()));
            if (crowds.stream().noneMatch(crowd -> crowd.zone().equals(zone.name()))) {
                uncrowd(zone, lastToLeave);
            }
        }

        private Scene.Stay dwellingIfDue(Zone zone, Scene.Stay stay) {
            boolean due = !stay.dwelt()
                    && zone.dwell()
                            .map(dwell -> now - stay.enteredMicros() >= dwell.toNanos() / 1_000)
                            .orElse(false);
            if (!due) {
                return stay;
            }
            Scene.Stay dwelling = stay.dwelling();
            happened.add(events.dwells(dwelling));
            return dwelling;
        }

        private boolean holds(Zone zone, Point foot) {
            return zone.area().contains(foot) || zone.area().distanceToBorder(foot) <= margin;
        }

        private void count(Zone zone, int threshold, int count) {
            Optional<Scene.Crowd> known = crowdOf(zone);
            if (count > threshold) {
                Scene.Crowd crowd = known.map(crowded -> new Scene.Crowd(
                                zone.name(), crowded.epoch(), crowded.sinceMicros(), Math.max(crowded.most(), count)))
                        .orElse(new Scene.Crowd(zone.name(), frame.stamp().epoch(), now, count));
                if (known.isEmpty()) {
                    happened.add(events.crowd(crowd, null, frame.reference()));
                }
                crowds.add(crowd);
            }
        }

        /** A crowd ends when its last object leaves; if none has left, the rule was changed. */
        private void uncrowd(Zone zone, @Nullable Sighting lastToLeave) {
            long end = lastToLeave == null ? now : lastToLeave.timeMicros();
            FrameReference shown = lastToLeave == null ? frame.reference() : lastToLeave.frame();
            crowdOf(zone)
                    .ifPresent(crowd -> happened.add(events.crowd(crowd, Math.max(end, crowd.sinceMicros()), shown)));
        }

        private Optional<Scene.Crowd> crowdOf(Zone zone) {
            return before.crowds().stream()
                    .filter(crowd -> crowd.zone().equals(zone.name()))
                    .findFirst();
        }

        private void watch(TripLine line) {
            Map<String, Scene.Approach> known = new LinkedHashMap<>();
            before.approaches().stream()
                    .filter(approach -> approach.line().equals(line.name()))
                    .filter(approach -> now - approach.lastSeenMicros() <= maxLostMicros)
                    .forEach(approach -> known.put(approach.trackId(), approach));
            tracked.forEach((track, box) -> {
                if (line.watches(box.getLabel())) {
                    moved(line, known.get(track), box).ifPresent(approach -> known.put(track, approach));
                }
            });
            approaches.addAll(known.values());
        }

        private Optional<Scene.Approach> moved(TripLine line, Scene.@Nullable Approach approach, Box box) {
            Point foot = frame.footOf(box);
            double distance = line.segment().signedDistance(foot);
            if (Math.abs(distance) <= margin) {
                return Optional.ofNullable(approach)
                        .map(from -> new Scene.Approach(line.name(), box.getTrackId(), from.place(), now));
            }
            if (approach != null
                    && line.segment().signedDistance(approach.place()) * distance < 0
                    && line.segment().isCrossed(approach.place(), foot)) {
                happened.add(events.crossed(
                        line.name(),
                        frame.sighting(box),
                        distance > 0 ? CrossingDirection.LEFT_TO_RIGHT : CrossingDirection.RIGHT_TO_LEFT));
            }
            return Optional.of(new Scene.Approach(line.name(), box.getTrackId(), foot, now));
        }
    }

    private static Sighting later(@Nullable Sighting a, Sighting b) {
        return a == null || b.timeMicros() >= a.timeMicros() ? b : a;
    }
}
