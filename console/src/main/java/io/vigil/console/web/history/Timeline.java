package io.vigil.console.web.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import io.vigil.schema.Skipped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A camera's history in bins of equal length.
 *
 * @param from where the first bin begins
 * @param to where the last bin ends
 * @param bins how many there are
 * @param minScore boxes with a lower score do not count, 0 to 1
 */
record Timeline(Instant from, Instant to, int bins, double minScore) {

    private static final ObjectMapper JSON = new ObjectMapper();

    Timeline {
        if (!from.isBefore(to) || bins < 1 || bins > 2000) {
            throw new IllegalArgumentException("a timeline needs a beginning before its end and 1 to 2000 bins");
        }
    }

    /**
     * The history as JSON: per label the greatest number of objects in one frame of each bin, analysed, skipped and dead letters as
     * counts per bin, actions and events with their times in microseconds since 1970-01-01 UTC.
     */
    ObjectNode of(CameraHistory camera) {
        Map<String, int[]> labels = new TreeMap<>();
        int[] analysed = new int[bins];
        for (Detections detections : camera.analysed(from, to)) {
            int bin = bin(detections.getCaptureTime());
            analysed[bin]++;
            objects(detections).forEach((label, count) -> {
                int[] strip = labels.computeIfAbsent(label, unused -> new int[bins]);
                strip[bin] = Math.max(strip[bin], count);
            });
        }
        int[] skipped = new int[bins];
        for (Skipped frame : camera.skipped(from, to)) {
            skipped[bin(frame.getCaptureTime())]++;
        }
        int[] deadLetters = new int[bins];
        camera.deadLetters(from, to).forEach((time, count) -> deadLetters[bin(time)] += count);

        ObjectNode json = JSON.createObjectNode()
                .put("from_us", micros(from))
                .put("to_us", micros(to))
                .put("bins", bins);
        ArrayNode strips = json.putArray("labels");
        labels.forEach(
                (label, counts) -> addAll(strips.addObject().put("label", label).putArray("objects"), counts));
        addAll(json.putArray("analysed"), analysed);
        addAll(json.putArray("skipped"), skipped);
        addAll(json.putArray("dead_letters"), deadLetters);
        ArrayNode actions = json.putArray("actions");
        camera.actions(from, to).forEach(action -> actions.addObject()
                .put("label", action.label())
                .put("score", action.score())
                .put("start_us", micros(action.start()))
                .put("end_us", micros(action.end())));
        ArrayNode events = json.putArray("events");
        camera.events(from, to).forEach(event -> events.add(event(event)));
        return json;
    }

    private Map<String, Integer> objects(Detections detections) {
        Map<String, Integer> counts = new HashMap<>();
        for (Box box : detections.getBoxes()) {
            if (box.getScore() >= minScore) {
                counts.merge(box.getLabel(), 1, Integer::sum);
            }
        }
        return counts;
    }

    private int bin(Instant time) {
        return (int) (ChronoUnit.MICROS.between(from, time) * bins / ChronoUnit.MICROS.between(from, to));
    }

    private static ObjectNode event(Event event) {
        return JSON.createObjectNode()
                .put("kind", event.getKind().name())
                .put("rule", event.getRule())
                .put("label", event.getLabel())
                .put("start_us", micros(event.getStartTime()))
                .put("end_us", event.getEndTime() == null ? null : micros(event.getEndTime()));
    }

    private static void addAll(ArrayNode array, int[] counts) {
        Arrays.stream(counts).forEach(array::add);
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
