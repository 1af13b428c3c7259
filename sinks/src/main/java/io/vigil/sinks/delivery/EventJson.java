package io.vigil.sinks.delivery;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.schema.Box;
import io.vigil.schema.Event;
import io.vigil.schema.FrameReference;
import java.util.Locale;

/** Events as JSON: the fields of the schema, times in ISO 8601, enums in lower case, and nothing for what is null. */
public final class EventJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private EventJson() {}

    public static ObjectNode of(Event event) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", event.getId())
                .put("camera_id", event.getCameraId())
                .put("kind", nameOf(event.getKind()))
                .put("start_time", event.getStartTime().toString());
        if (event.getEndTime() != null) {
            json.put("end_time", event.getEndTime().toString());
        }
        putIfPresent(json, "rule", event.getRule());
        putIfPresent(json, "track_id", event.getTrackId());
        putIfPresent(json, "label", event.getLabel());
        if (event.getScore() != null) {
            json.put("score", event.getScore());
        }
        if (event.getDirection() != null) {
            json.put("direction", nameOf(event.getDirection()));
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
        FrameReference snapshot = event.getSnapshot();
        json.putObject("snapshot")
                .put("topic", snapshot.getTopic())
                .put("partition", snapshot.getPartition())
                .put("offset", snapshot.getOffset())
                .put("epoch", snapshot.getEpoch())
                .put("sequence", snapshot.getSequence());
        return json;
    }

    /** For example {@code count_exceeded}. */
    public static String nameOf(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void putIfPresent(ObjectNode json, String field, String value) {
        if (value != null) {
            json.put(field, value);
        }
    }
}
