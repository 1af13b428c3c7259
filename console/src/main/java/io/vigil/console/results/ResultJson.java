package io.vigil.console.results;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.schema.ActionScore;
import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Results as JSON, for files and for the browser. */
public final class ResultJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ResultJson() {}

    /** {@code kind} is {@code detections}; boxes in pixels of the source picture, times in microseconds since 1970-01-01 UTC. */
    public static ObjectNode of(Detections detections) {
        ObjectNode json = JSON.createObjectNode()
                .put("kind", "detections")
                .put("camera", detections.getCameraId())
                .put("epoch", detections.getEpoch())
                .put("sequence", detections.getSequence())
                .put("capture_time_us", micros(detections.getCaptureTime()))
                .put("width", detections.getWidth())
                .put("height", detections.getHeight())
                .put("model_name", detections.getModelName())
                .put("model_version", detections.getModelVersion());
        addAll(json.putArray("support_sequences"), detections.getSupportSequences());
        ArrayNode boxes = json.putArray("boxes");
        for (Box box : detections.getBoxes()) {
            boxes.addObject()
                    .put("label", box.getLabel())
                    .put("score", box.getScore())
                    .put("x", box.getX())
                    .put("y", box.getY())
                    .put("w", box.getW())
                    .put("h", box.getH())
                    .put("track_id", box.getTrackId());
        }
        return json;
    }

    /** {@code kind} is {@code actions}; times in microseconds since 1970-01-01 UTC. */
    public static ObjectNode of(Actions actions) {
        ObjectNode json = JSON.createObjectNode()
                .put("kind", "actions")
                .put("camera", actions.getCameraId())
                .put("epoch", actions.getEpoch())
                .put("start_time_us", micros(actions.getStartTime()))
                .put("end_time_us", micros(actions.getEndTime()))
                .put("model_name", actions.getModelName())
                .put("model_version", actions.getModelVersion());
        addAll(json.putArray("sequences"), actions.getSequences());
        ArrayNode scores = json.putArray("scores");
        for (ActionScore score : actions.getScores()) {
            scores.addObject().put("label", score.getLabel()).put("score", score.getScore());
        }
        return json;
    }

    /**
     * {@code kind} is {@code event}; times in microseconds since 1970-01-01 UTC, the box in pixels of the source picture; what is
     * null is left out.
     */
    public static ObjectNode of(Event event) {
        ObjectNode json = JSON.createObjectNode()
                .put("kind", "event")
                .put("id", event.getId())
                .put("camera", event.getCameraId())
                .put("event_kind", lowerCase(event.getKind()))
                .put("start_time_us", micros(event.getStartTime()));
        if (event.getEndTime() != null) {
            json.put("end_time_us", micros(event.getEndTime()));
        }
        putIfPresent(json, "rule", event.getRule());
        putIfPresent(json, "track_id", event.getTrackId());
        putIfPresent(json, "label", event.getLabel());
        if (event.getScore() != null) {
            json.put("score", event.getScore());
        }
        if (event.getDirection() != null) {
            json.put("direction", lowerCase(event.getDirection()));
        }
        if (event.getCount() != null) {
            json.put("count", event.getCount());
        }
        if (event.getBox() != null) {
            Box box = event.getBox();
            json.putObject("box")
                    .put("x", box.getX())
                    .put("y", box.getY())
                    .put("w", box.getW())
                    .put("h", box.getH());
        }
        return json.put("epoch", event.getSnapshot().getEpoch())
                .put("sequence", event.getSnapshot().getSequence());
    }

    private static void putIfPresent(ObjectNode json, String field, @Nullable String value) {
        if (value != null) {
            json.put(field, value);
        }
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void addAll(ArrayNode array, List<Long> numbers) {
        numbers.forEach(array::add);
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
