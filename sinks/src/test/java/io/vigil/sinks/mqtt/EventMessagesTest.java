package io.vigil.sinks.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.schema.Event;
import io.vigil.sinks.testing.EventFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventMessagesTest {

    private final EventMessages messages = new EventMessages("vigil");
    private final HomeAssistantDiscovery discovery =
            new HomeAssistantDiscovery("homeassistant", "vigil/available", messages);

    @Test
    void shouldTellTheBeginningAsFrigateDoes() throws Exception {
        MqttMessage change = messages.of(EventFixture.dwelt("id-1")).get(0);

        JsonNode json = new ObjectMapper().readTree(change.payload());
        assertThat(change.topic()).isEqualTo("vigil/events");
        assertThat(change.retain()).isFalse();
        assertThat(json.get("type").asText()).isEqualTo("new");
        JsonNode after = json.get("after");
        assertThat(after.get("id").asText()).isEqualTo("id-1");
        assertThat(after.get("camera").asText()).isEqualTo("north");
        assertThat(after.get("label").asText()).isEqualTo("person");
        assertThat(after.get("start_time").asDouble()).isEqualTo(1_767_268_800.25);
        assertThat(after.get("end_time").isNull()).isTrue();
        assertThat(after.get("box").toString()).isEqualTo("[10,20,40,60]");
        assertThat(after.get("entered_zones").toString()).isEqualTo("[\"yard\"]");
    }

    @Test
    void shouldSwitchTheStateOfWhatLasts() {
        assertThat(messages.of(EventFixture.dwelt("id-1")))
                .contains(new MqttMessage("vigil/north/yard/dwelt", "ON", true));
        assertThat(messages.of(EventFixture.dwelt("id-1", EventFixture.START.plusSeconds(3))))
                .contains(new MqttMessage("vigil/north/yard/dwelt", "OFF", true));
    }

    @Test
    void shouldTellEveryEventToItsEntity() throws Exception {
        MqttMessage detail = messages.of(EventFixture.dwelt("id-1")).get(1);

        assertThat(detail.topic()).isEqualTo("vigil/north/yard/event");
        assertThat(new ObjectMapper()
                        .readTree(detail.payload())
                        .get("event_type")
                        .asText())
                .isEqualTo("dwelt");
    }

    @Test
    void shouldAnnounceTheCameraAsADevice() throws Exception {
        List<MqttMessage> announcements = discovery.of(EventFixture.dwelt("id-1"));

        assertThat(announcements)
                .extracting(MqttMessage::topic)
                .containsExactly(
                        "homeassistant/event/vigil_north_yard/config",
                        "homeassistant/binary_sensor/vigil_north_yard_dwelt/config");
        assertThat(announcements).allMatch(MqttMessage::retain);
        JsonNode sensor = new ObjectMapper().readTree(announcements.get(1).payload());
        assertThat(sensor.get("state_topic").asText()).isEqualTo("vigil/north/yard/dwelt");
        assertThat(sensor.get("unique_id").asText()).isEqualTo("vigil_north_yard_dwelt");
        assertThat(sensor.get("device").get("identifiers").toString()).isEqualTo("[\"vigil_north\"]");
    }

    @Test
    void shouldLetNoNameBreakATopic() {
        Event odd = EventFixture.entered("a.b", "back/door #1+");

        assertThat(messages.of(odd))
                .extracting(MqttMessage::topic)
                .containsExactly("vigil/events", "vigil/a_b/back_door__1_/event");
    }
}
