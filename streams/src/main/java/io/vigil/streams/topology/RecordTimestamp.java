package io.vigil.streams.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The record's own timestamp, or 1970 for a record that has none: Kafka Streams would drop it silently.
 *
 * <p>Nothing is decided by it. Event time is the capture time inside the frame, so one camera's clock is no other's.
 */
final class RecordTimestamp implements TimestampExtractor {

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        return Math.max(0, record.timestamp());
    }
}
