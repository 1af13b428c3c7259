package io.vigil.console.web.history;

import io.vigil.schema.ActionScore;
import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import io.vigil.schema.Skipped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One camera's results, by capture time, up to {@link #SPAN} before its newest one; of more than {@value #MAX_FRAMES} frames the newest.
 * Thread-safe.
 */
final class CameraHistory {

    static final Duration SPAN = Duration.ofHours(1);
    /** An hour of 15 frames/s. */
    static final int MAX_FRAMES = 54_000;
    /** Clips that say the same and are no further apart are one action. */
    private static final Duration SAME_ACTION = Duration.ofMillis(1500);

    private final NavigableMap<Instant, Detections> analysed = new TreeMap<>();
    private final NavigableMap<Instant, Skipped> skipped = new TreeMap<>();
    private final NavigableMap<Instant, Integer> deadLetters = new TreeMap<>();
    private final NavigableMap<Instant, ActionSpan> actions = new TreeMap<>();
    private final Map<String, Event> events = new TreeMap<>();

    synchronized void add(Detections detections) {
        analysed.put(detections.getCaptureTime(), slim(detections));
        forget(analysed);
    }

    synchronized void add(Skipped frame) {
        skipped.put(frame.getCaptureTime(), frame);
        forget(skipped);
    }

    synchronized void addDeadLetter(Instant time) {
        deadLetters.merge(time, 1, Integer::sum);
        forget(deadLetters);
    }

    synchronized void add(Actions clip) {
        if (clip.getScores().isEmpty()) {
            return;
        }
        ActionScore best = clip.getScores().get(0);
        ActionSpan span = new ActionSpan(
                clip.getStartTime(), clip.getEndTime(), best.getLabel().intern(), best.getScore());
        Map.Entry<Instant, ActionSpan> last = actions.floorEntry(span.start());
        if (last != null
                && last.getValue().label().equals(span.label())
                && Duration.between(last.getValue().end(), span.start()).compareTo(SAME_ACTION) <= 0) {
            actions.put(last.getKey(), last.getValue().with(span));
        } else {
            actions.put(span.start(), span);
        }
        forget(actions);
    }

    synchronized void add(Event event) {
        events.put(event.getId(), event);
        Instant oldest = newest().minus(SPAN);
        events.values().removeIf(known -> known.getStartTime().isBefore(oldest));
    }

    /** Frames that were analysed in {@code [from, to)}. */
    synchronized List<Detections> analysed(Instant from, Instant to) {
        return List.copyOf(analysed.subMap(from, to).values());
    }

    /** Frames that were skipped in {@code [from, to)}. */
    synchronized List<Skipped> skipped(Instant from, Instant to) {
        return List.copyOf(skipped.subMap(from, to).values());
    }

    /** Record times of dead letters in {@code [from, to)}, with how many there are of each. */
    synchronized Map<Instant, Integer> deadLetters(Instant from, Instant to) {
        return new TreeMap<>(deadLetters.subMap(from, to));
    }

    /** Actions that touch {@code [from, to)}. */
    synchronized List<ActionSpan> actions(Instant from, Instant to) {
        return actions.headMap(to).values().stream()
                .filter(action -> !action.end().isBefore(from))
                .toList();
    }

    /** Events that touch {@code [from, to)}. */
    synchronized List<Event> events(Instant from, Instant to) {
        return events.values().stream()
                .filter(event -> event.getStartTime().isBefore(to)
                        && (event.getEndTime() == null
                                ? !event.getStartTime().isBefore(from)
                                : !event.getEndTime().isBefore(from)))
                .toList();
    }

    /** The last analysed frame at or before {@code time}, else the first one after it. */
    synchronized Optional<Detections> at(Instant time) {
        Map.Entry<Instant, Detections> entry = analysed.floorEntry(time);
        return value(entry == null ? analysed.ceilingEntry(time) : entry);
    }

    /** The analysed frame next to the one at {@code time}: after it, or before it. */
    synchronized Optional<Detections> beside(Instant time, boolean after) {
        return value(after ? analysed.higherEntry(time) : analysed.lowerEntry(time));
    }

    /** What was done at {@code time}. */
    synchronized Optional<ActionSpan> actionAt(Instant time) {
        Map.Entry<Instant, ActionSpan> entry = actions.floorEntry(time);
        return entry == null || entry.getValue().end().plus(SAME_ACTION).isBefore(time)
                ? Optional.empty()
                : Optional.of(entry.getValue());
    }

    private static Optional<Detections> value(Map.@Nullable Entry<Instant, Detections> entry) {
        return Optional.ofNullable(entry).map(Map.Entry::getValue);
    }

    private void forget(NavigableMap<Instant, ?> map) {
        map.headMap(newest().minus(SPAN)).clear();
        while (map.size() > MAX_FRAMES) {
            map.pollFirstEntry();
        }
    }

    private Instant newest() {
        return List.of(analysed, skipped).stream()
                .filter(map -> !map.isEmpty())
                .map(NavigableMap::lastKey)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH.plus(SPAN));
    }

    /** Without what is not shown, and with each name only once in memory. */
    private static Detections slim(Detections detections) {
        return new Detections(
                detections.getCameraId().intern(),
                detections.getEpoch(),
                detections.getSequence(),
                detections.getCaptureTime(),
                detections.getWidth(),
                detections.getHeight(),
                detections.getModelName().intern(),
                detections.getModelVersion().intern(),
                List.of(),
                detections.getBoxes().stream().map(CameraHistory::slim).toList(),
                List.of());
    }

    private static Box slim(Box box) {
        String track = box.getTrackId();
        return new Box(
                box.getLabel().intern(),
                box.getScore(),
                box.getX(),
                box.getY(),
                box.getW(),
                box.getH(),
                track == null ? null : track.intern());
    }
}
