package io.vigil.sinks.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts now and then what is still to be delivered. What the consumer itself tells stands still while it is paused, which it is as
 * long as the other side is away.
 */
final class Lag {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Consumer<?, ?> consumer;
    private final InstantSource clock;
    private Instant due = Instant.MIN;

    Lag(Consumer<?, ?> consumer, InstantSource clock) {
        this.consumer = consumer;
        this.clock = clock;
    }

    /**
     * Records from the positions on to the end of each assigned partition, an upper bound, since offsets have gaps; empty if it is not time yet, or the broker does not answer.
     *
     * @param positions of partitions of which not everything that was polled is delivered
     */
    OptionalLong measure(Map<TopicPartition, Long> positions) {
        if (clock.instant().isBefore(due)) {
            return OptionalLong.empty();
        }
        due = clock.instant().plus(INTERVAL);
        try {
            long lag = 0;
            for (Map.Entry<TopicPartition, Long> end :
                    consumer.endOffsets(consumer.assignment(), TIMEOUT).entrySet()) {
                Long position = positions.get(end.getKey());
                lag += Math.max(
                        0, end.getValue() - (position == null ? consumer.position(end.getKey(), TIMEOUT) : position));
            }
            return OptionalLong.of(lag);
        } catch (KafkaException noAnswer) {
            return OptionalLong.empty();
        }
    }
}
