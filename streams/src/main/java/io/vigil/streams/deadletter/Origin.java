package io.vigil.streams.deadletter;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record of the frames topic as it came from Kafka.
 *
 * @param topic where it came from
 * @param partition where it came from
 * @param offset where it came from
 * @param timestamp milliseconds since 1970-01-01 UTC
 * @param headers as they came
 * @param key as it came
 * @param value as it came
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copying megabytes would help nobody
public record Origin(
        String topic,
        int partition,
        long offset,
        long timestamp,
        Headers headers,
        byte @Nullable [] key,
        byte @Nullable [] value) {

    @Override
    public String toString() {
        return "%s-%d@%d".formatted(topic, partition, offset);
    }
}
