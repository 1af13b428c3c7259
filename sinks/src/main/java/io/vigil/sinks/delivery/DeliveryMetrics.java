package io.vigil.sinks.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What became of the records of one topic of a sink, and how far it is behind.
 *
 * <p>Every cause starts at zero, so that a rate exists before the first of its kind. Thread-safe.
 */
final class DeliveryMetrics {

    private static final double MILLIS_PER_SECOND = 1000;

    private final InstantSource clock;
    private final Counter delivered;
    private final Counter retried;
    private final Map<GivenUpCause, Counter> givenUp = new EnumMap<>(GivenUpCause.class);
    private volatile Optional<Instant> oldest = Optional.empty();
    private volatile double lag = Double.NaN;

    DeliveryMetrics(String sink, MeterRegistry registry, InstantSource clock) {
        this.clock = clock;
        this.delivered = Counter.builder("vigil.sink.delivered")
                .description("Records that the other side took")
                .tag("sink", sink)
                .register(registry);
        this.retried = Counter.builder("vigil.sink.retried")
                .description("Attempts that were made because the one before had failed")
                .tag("sink", sink)
                .register(registry);
        for (GivenUpCause cause : GivenUpCause.values()) {
            givenUp.put(
                    cause,
                    Counter.builder("vigil.sink.given.up")
                            .description("Records that went to the topic of the undelivered")
                            .tag("sink", sink)
                            .tag("reason", cause.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        Gauge.builder("vigil.sink.oldest.undelivered.age", this, DeliveryMetrics::oldestAge)
                .description("Age of the oldest record at hand that is not delivered; 0 when there is none")
                .baseUnit("seconds")
                .tag("sink", sink)
                .register(registry);
        Gauge.builder("vigil.sink.lag", this, metrics -> metrics.lag)
                .description(
                        "Committed records of the partitions at hand that are not delivered; not a number before it is known")
                .baseUnit("records")
                .tag("sink", sink)
                .register(registry);
    }

    void delivered() {
        delivered.increment();
    }

    void retried() {
        retried.increment();
    }

    void givenUp(GivenUpCause cause) {
        Counter counter = givenUp.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }

    /**
     * The state of the batch.
     *
     * @param written when the oldest record that waits was written; empty when none waits
     */
    void waiting(Optional<Instant> written) {
        oldest = written;
    }

    void lag(long records) {
        lag = records;
    }

    private double oldestAge() {
        return oldest.map(written -> Math.max(0, clock.millis() - written.toEpochMilli()) / MILLIS_PER_SECOND)
                .orElse(0.0);
    }
}
