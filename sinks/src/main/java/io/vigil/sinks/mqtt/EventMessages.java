package io.vigil.sinks.mqtt;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.schema.Box;
import io.vigil.schema.Event;
import io.vigil.schema.EventKind;
import io.vigil.sinks.delivery.EventJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What is published of an event, under the prefix:
 *
 * <ul>
 *   <li>{@code events}: {@code {"type": "new" | "end", "before": ..., "after": ...}} with the fields that Frigate's events have.
 *   <li>{@code CAMERA/RULE/event}: the event with its {@code event_type}, as Home Assistant's event entities read it.
 *   <li>{@code CAMERA/RULE/KIND}, retained, for kinds that last: {@code ON} or {@code OFF}. A silent camera has no rule.
 * </ul>
 */
final class EventMessages {

    static final Set<EventKind> LASTING =
            EnumSet.of(EventKind.DWELT, EventKind.COUNT_EXCEEDED, EventKind.ACTION, EventKind.SILENT);

    /** Kinds after which nothing more comes of the same thing. */
    private static final Set<EventKind> FINAL = EnumSet.of(EventKind.LEFT);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String prefix;

    EventMessages(String prefix) {
        this.prefix = prefix;
    }

    List<MqttMessage> of(Event event) {
        List<MqttMessage> messages = new ArrayList<>();
        messages.add(new MqttMessage(prefix + "/events", change(event).toString(), false));
        ObjectNode detail = JSON.createObjectNode().put("event_type", EventJson.nameOf(event.getKind()));
        detail.setAll(EventJson.of(event));
        messages.add(new MqttMessage(eventTopic(event), detail.toString(), false));
        if (LASTING.contains(event.getKind())) {
            messages.add(new MqttMessage(stateTopic(event), event.getEndTime() == null ? "ON" : "OFF", true));
        }
        return messages;
    }

    String eventTopic(Event event) {
        return "%s/event".formatted(place(event));
    }

    String stateTopic(Event event) {
        return "%s/%s".formatted(place(event), EventJson.nameOf(event.getKind()));
    }

    /** A name as one level of a topic and as part of an entity's id. */
    static String level(String name) {
        return name.replaceAll("[^A-Za-z0-9_-]", "_");
    }

    private String place(Event event) {
        String camera = "%s/%s".formatted(prefix, level(event.getCameraId()));
        return event.getRule() == null ? camera : "%s/%s".formatted(camera, level(event.getRule()));
    }

    private static ObjectNode change(Event event) {
        boolean over =
                FINAL.contains(event.getKind()) || LASTING.contains(event.getKind()) && event.getEndTime() != null;
        ObjectNode change = JSON.createObjectNode().put("type", over ? "end" : "new");
        change.set("before", state(event));
        change.set("after", state(event));
        return change;
    }

    private static ObjectNode state(Event event) {
        ObjectNode state = JSON.createObjectNode()
                .put("id", event.getId())
                .put("camera", event.getCameraId())
                .put("frame_time", seconds(event.getEndTime() == null ? event.getStartTime() : event.getEndTime()))
                .put("start_time", seconds(event.getStartTime()))
                .put("label", event.getLabel() == null ? EventJson.nameOf(event.getKind()) : event.getLabel())
                .put("sub_label", EventJson.nameOf(event.getKind()))
                .put("track_id", event.getTrackId())
                .put("false_positive", false)
                .put("has_clip", false)
                .put("has_snapshot", false);
        if (event.getEndTime() == null) {
            state.putNull("end_time");
        } else {
            state.put("end_time", seconds(event.getEndTime()));
        }
        if (event.getScore() != null) {
            state.put("score", event.getScore()).put("top_score", event.getScore());
        }
        if (event.getBox() != null) {
            Box box = event.getBox();
            state.putArray("box")
                    .add(Math.round(box.getX()))
                    .add(Math.round(box.getY()))
                    .add(Math.round(box.getX() + box.getW()))
                    .add(Math.round(box.getY() + box.getH()));
        }
        addZone(state.putArray("current_zones"), event, event.getKind() != EventKind.LEFT);
        addZone(state.putArray("entered_zones"), event, true);
        return state;
    }

    private static void addZone(ArrayNode zones, Event event, boolean inside) {
        boolean ofZone = EnumSet.of(EventKind.ENTERED, EventKind.LEFT, EventKind.DWELT, EventKind.COUNT_EXCEEDED)
                .contains(event.getKind());
        if (ofZone && inside) {
            zones.add(event.getRule());
        }
    }

    private static double seconds(Instant time) {
        return time.getEpochSecond() + time.getNano() / 1e9;
    }
}
