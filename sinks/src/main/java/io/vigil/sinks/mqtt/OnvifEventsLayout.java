package io.vigil.sinks.mqtt;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.schema.Event;
import io.vigil.sinks.onvif.SceneFrame;
import java.time.Instant;
import java.util.List;

/**
 * Events as ONVIF's: {@code PREFIX/onvif-ej/TOPIC/&CAMERA/RULE}, as the ONVIF Core Specification lays them out, with UTC time, source
 * and data. What ONVIF has no topic for is under {@code tns:vigil}.
 */
final class OnvifEventsLayout implements MessageLayout<Event> {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String prefix;

    OnvifEventsLayout(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public List<MqttMessage> announcements(Event event) {
        return List.of();
    }

    @Override
    public List<MqttMessage> messages(Event event) {
        ObjectNode payload = JSON.createObjectNode().put("UtcTime", time(event).toString());
        ObjectNode source = payload.putObject("Source").put("VideoSource", event.getCameraId());
        String place = EventMessages.level(event.getCameraId());
        if (event.getRule() != null) {
            source.put("Rule", event.getRule());
            place += "/" + EventMessages.level(event.getRule());
        }
        addData(payload.putObject("Data"), event);
        return List.of(new MqttMessage(
                "%s/onvif-ej/%s/&%s".formatted(prefix, topic(event), place), payload.toString(), false));
    }

    private static String topic(Event event) {
        return switch (event.getKind()) {
            case ENTERED, LEFT -> "RuleEngine/FieldDetector/ObjectsInside";
            case DWELT -> "RuleEngine/LoiteringDetector/ObjectIsLoitering";
            case CROSSED -> "RuleEngine/LineDetector/Crossed";
            case COUNT_EXCEEDED -> "RuleEngine/CountAggregation/Counter";
            case ACTION -> "tns:vigil/RuleEngine/ActionRecognition/Action";
            case SILENT -> "tns:vigil/VideoSource/Silent";
            case UNKNOWN -> "tns:vigil/RuleEngine/Unknown";
        };
    }

    private static void addData(ObjectNode data, Event event) {
        boolean lasts = event.getEndTime() == null;
        if (event.getTrackId() != null) {
            data.put("ObjectId", SceneFrame.objectId(event.getTrackId()));
        }
        if (event.getLabel() != null) {
            data.put("ClassTypes", event.getLabel());
        }
        switch (event.getKind()) {
            case ENTERED -> data.put("IsInside", true);
            case LEFT -> data.put("IsInside", false);
            case COUNT_EXCEEDED -> data.put("Count", event.getCount()).put("State", lasts);
            case DWELT, ACTION, SILENT -> data.put("State", lasts);
            case CROSSED -> {
                if (event.getDirection() != null) {
                    data.put("Direction", event.getDirection().name());
                }
            }
            case UNKNOWN -> {}
        }
    }

    private static Instant time(Event event) {
        return event.getEndTime() == null ? event.getStartTime() : event.getEndTime();
    }
}
