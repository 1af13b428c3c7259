package io.vigil.sinks.mqtt;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.schema.Event;
import io.vigil.schema.EventKind;
import io.vigil.sinks.delivery.EventJson;
import java.util.ArrayList;
import java.util.List;

/**
 * Announces what an event is about to Home Assistant: an event entity for the rule, and a binary sensor for a kind that lasts. All
 * entities of a camera are one device.
 */
final class HomeAssistantDiscovery {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String discoveryPrefix;
    private final String availabilityTopic;
    private final EventMessages messages;

    HomeAssistantDiscovery(String discoveryPrefix, String availabilityTopic, EventMessages messages) {
        this.discoveryPrefix = discoveryPrefix;
        this.availabilityTopic = availabilityTopic;
        this.messages = messages;
    }

    List<MqttMessage> of(Event event) {
        List<MqttMessage> announcements = new ArrayList<>();
        announcements.add(eventEntity(event));
        if (EventMessages.LASTING.contains(event.getKind())) {
            announcements.add(binarySensor(event));
        }
        return announcements;
    }

    private MqttMessage eventEntity(Event event) {
        String id = subject(event);
        ObjectNode entity = entity(event, id, event.getRule() == null ? "Events" : event.getRule())
                .put("state_topic", messages.eventTopic(event));
        for (EventKind kind : EventKind.values()) {
            if (kind != EventKind.UNKNOWN) {
                entity.withArray("event_types").add(EventJson.nameOf(kind));
            }
        }
        return new MqttMessage("%s/event/%s/config".formatted(discoveryPrefix, id), entity.toString(), true);
    }

    private MqttMessage binarySensor(Event event) {
        String kind = EventJson.nameOf(event.getKind());
        String id = "%s_%s".formatted(subject(event), kind);
        String name = event.getRule() == null ? kind : "%s %s".formatted(event.getRule(), kind);
        ObjectNode entity = entity(event, id, name.replace('_', ' '))
                .put("state_topic", messages.stateTopic(event))
                .put("payload_on", "ON")
                .put("payload_off", "OFF")
                .put("device_class", event.getKind() == EventKind.SILENT ? "problem" : "occupancy");
        return new MqttMessage("%s/binary_sensor/%s/config".formatted(discoveryPrefix, id), entity.toString(), true);
    }

    private ObjectNode entity(Event event, String id, String name) {
        ObjectNode entity = JSON.createObjectNode()
                .put("name", name)
                .put("unique_id", id)
                .put("object_id", id)
                .put("availability_topic", availabilityTopic);
        ObjectNode device = entity.putObject("device")
                .put("name", event.getCameraId())
                .put("manufacturer", "Vigil")
                .put("model", "Camera");
        device.putArray("identifiers").add("vigil_" + EventMessages.level(event.getCameraId()));
        entity.putObject("origin").put("name", "Vigil");
        return entity;
    }

    private static String subject(Event event) {
        String camera = "vigil_" + EventMessages.level(event.getCameraId());
        return event.getRule() == null ? camera : "%s_%s".formatted(camera, EventMessages.level(event.getRule()));
    }
}
