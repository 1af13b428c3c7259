package io.vigil.sinks.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.schema.Event;
import io.vigil.sinks.onvif.SceneFrame;
import io.vigil.sinks.testing.EventFixture;
import org.junit.jupiter.api.Test;

class OnvifEventsLayoutTest {

    private final OnvifEventsLayout layout = new OnvifEventsLayout("site");

    @Test
    void shouldTellBothSidesOfADwellingUnderOnvifsTopic() throws Exception {
        MqttMessage begin = only(EventFixture.dwelt("id-1"));
        MqttMessage end = only(EventFixture.dwelt("id-1", EventFixture.START.plusSeconds(9)));

        assertThat(begin.topic()).isEqualTo("site/onvif-ej/RuleEngine/LoiteringDetector/ObjectIsLoitering/&north/yard");
        assertThat(end.topic()).isEqualTo(begin.topic());
        JsonNode json = new ObjectMapper().readTree(begin.payload());
        assertThat(json.get("UtcTime").asText()).isEqualTo("2026-01-01T12:00:00.250Z");
        assertThat(json.at("/Source/VideoSource").asText()).isEqualTo("north");
        assertThat(json.at("/Data/ObjectId").asInt()).isEqualTo(SceneFrame.objectId("1-2-0"));
        assertThat(json.at("/Data/State").asBoolean()).isTrue();
        assertThat(new ObjectMapper().readTree(end.payload()).at("/Data/State").asBoolean())
                .isFalse();
    }

    @Test
    void shouldLetNoNameBreakATopic() throws Exception {
        MqttMessage odd = only(EventFixture.entered("a.b", "back/door #1+"));

        assertThat(odd.topic()).isEqualTo("site/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&a_b/back_door__1_");
        assertThat(new ObjectMapper().readTree(odd.payload()).at("/Source/Rule").asText())
                .isEqualTo("back/door #1+");
    }

    private MqttMessage only(Event event) {
        return layout.messages(event).get(0);
    }
}
