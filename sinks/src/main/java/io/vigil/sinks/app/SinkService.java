package io.vigil.sinks.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.sinks.delivery.Delivery;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** All configured sinks at work, each on threads of its own. Thread-safe; close it to end it. */
public final class SinkService implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
    /** What the name of the delivery of detections ends with, beside that of events. */
    private static final String DETECTIONS = "-detections";

    private final List<Delivery> deliveries;

    private SinkService(List<Delivery> deliveries) {
        this.deliveries = List.copyOf(deliveries);
    }

    /**
     * Starts the sinks; returns before the first event is delivered.
     *
     * @param registry for the metrics of the sinks and of their Kafka clients
     */
    public static SinkService start(SinkConfig config, Topics topics, InstantSource clock, MeterRegistry registry) {
        List<Delivery> deliveries = new ArrayList<>();
        for (SinkConfig.Sink sink : config.sinks()) {
            deliveries.add(Delivery.start(
                    sink.name(),
                    source(config, sink, topics, topics.events()),
                    sink.destination().openForEvents(clock),
                    sink.retry(),
                    clock,
                    registry));
            sink.destination()
                    .openForDetections(clock)
                    .ifPresent(destination -> deliveries.add(Delivery.start(
                            sink.name() + DETECTIONS,
                            source(config, sink, topics, topics.detections()),
                            destination,
                            sink.retry(),
                            clock,
                            registry)));
        }
        return new SinkService(deliveries);
    }

    private static <T extends SpecificRecord> Delivery.Source<T> source(
            SinkConfig config, SinkConfig.Sink sink, Topics topics, Topic<T> delivered) {
        return new Delivery.Source<>(
                config.bootstrapServers(), sink.start(), config.kafka(), delivered, topics.undelivered());
    }

    /**
     * Looks whether all sinks are at work.
     *
     * @throws IllegalStateException if one has ended by a fault
     */
    public void check() {
        deliveries.forEach(Delivery::check);
    }

    /** What the first of the sinks waits for that do not deliver yet; empty if all do. */
    public Optional<String> notReady() {
        return deliveries.stream()
                .flatMap(delivery -> delivery.notReady().stream())
                .findFirst();
    }

    /** Ends all sinks; what they were about to deliver is delivered after the next start. */
    @Override
    public void close() {
        deliveries.forEach(Delivery::stop);
        deliveries.forEach(delivery -> delivery.awaitEnd(CLOSE_TIMEOUT));
    }
}
