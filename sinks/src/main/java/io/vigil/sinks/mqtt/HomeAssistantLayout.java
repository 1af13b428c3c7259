package io.vigil.sinks.mqtt;

import io.vigil.schema.Event;
import java.util.List;
import java.util.Optional;

/** Events as Home Assistant and Frigate's users expect them. */
final class HomeAssistantLayout implements MessageLayout<Event> {

    private final EventMessages messages;
    private final Optional<HomeAssistantDiscovery> discovery;

    HomeAssistantLayout(String prefix, Optional<String> discoveryPrefix, String availabilityTopic) {
        this.messages = new EventMessages(prefix);
        this.discovery = discoveryPrefix.map(at -> new HomeAssistantDiscovery(at, availabilityTopic, messages));
    }

    @Override
    public List<MqttMessage> announcements(Event event) {
        return discovery.map(announcer -> announcer.of(event)).orElse(List.of());
    }

    @Override
    public List<MqttMessage> messages(Event event) {
        return messages.of(event);
    }
}
