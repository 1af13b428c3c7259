package io.vigil.streams.rules;

import io.vigil.schema.Event;
import io.vigil.streams.metrics.FrameMetrics;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Where a processor sends events: to their topic, and counted. */
final class EventOutlet {

    private final ProcessorContext<String, Event> context;
    private final FrameMetrics metrics;

    EventOutlet(ProcessorContext<String, Event> context, FrameMetrics metrics) {
        this.context = context;
        this.metrics = metrics;
    }

    /** Events that a record of the camera brought about. */
    void send(Record<String, ?> cause, List<Event> events) {
        events.forEach(event -> send(cause.withValue(event)));
    }

    /**
     * Events that time brought about.
     *
     * @param now milliseconds since 1970-01-01 UTC
     */
    void send(String camera, List<Event> events, long now) {
        events.forEach(event -> send(new Record<>(camera, event, now)));
    }

    private void send(Record<String, Event> event) {
        metrics.event(event.value().getKind());
        context.forward(event);
    }
}
