package io.vigil.sinks.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.vigil.schema.Event;
import io.vigil.sinks.delivery.EventJson;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;

/** An event as a CloudEvent; its id is the same in every delivery, and different for beginning and end. */
final class EventMessage {

    private EventMessage() {}

    static CloudEvent of(Event event) {
        Instant time = event.getEndTime() == null ? event.getStartTime() : event.getEndTime();
        return CloudEventBuilder.v1()
                .withId(event.getId() + (event.getEndTime() == null ? "-begin" : "-end"))
                .withSource(URI.create("/cameras/" + event.getCameraId()))
                .withType("io.vigil.event." + EventJson.nameOf(event.getKind()))
                .withSubject(event.getRule())
                .withTime(time.atOffset(ZoneOffset.UTC))
                .withDataContentType("application/json")
                .withData(EventJson.of(event).toString().getBytes(UTF_8))
                .build();
    }
}
