package io.vigil.sinks.app;

import io.vigil.schema.topic.Topics;
import io.vigil.sinks.delivery.Delivery;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** All configured sinks at work, each on threads of its own. Thread-safe; close it to end it. */
public final class SinkService implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

    private final List<Delivery> deliveries;

    private SinkService(List<Delivery> deliveries) {
        this.deliveries = List.copyOf(deliveries);
    }

    /** Starts the sinks; returns before the first event is delivered. */
    public static SinkService start(SinkConfig config, Topics topics, InstantSource clock) {
        List<Delivery> deliveries = new ArrayList<>();
        for (SinkConfig.Sink sink : config.sinks()) {
            Delivery.Source source = new Delivery.Source(
                    config.bootstrapServers(), sink.start(), config.kafka(), topics.events(), topics.undelivered());
            deliveries.add(
                    Delivery.start(sink.name(), source, sink.destination().open(clock), sink.retry(), clock));
        }
        return new SinkService(deliveries);
    }

    /**
     * Looks whether all sinks are at work.
     *
     * @throws IllegalStateException if one has ended by a fault
     */
    public void check() {
        deliveries.forEach(Delivery::check);
    }

    /** Ends all sinks; what they were about to deliver is delivered after the next start. */
    @Override
    public void close() {
        deliveries.forEach(Delivery::stop);
        deliveries.forEach(delivery -> delivery.awaitEnd(CLOSE_TIMEOUT));
    }
}
