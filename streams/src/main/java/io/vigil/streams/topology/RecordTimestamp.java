package io.vigil.streams.topology;

import io.vigil.streams.ahead.UpcomingRecords;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The record's own timestamp, or 1970 for a record that has none: Kafka Streams would drop it silently.
 *
 * <p>Nothing is decided by it. Event time is the capture time inside the frame, so one camera's clock is no other's.
 */
final class RecordTimestamp implements TimestampExtractor {

    private final UpcomingRecords upcoming;

    /**
     * @param upcoming is told of each record: Kafka Streams asks for its timestamp when the one before it is handed out
     */
    RecordTimestamp(UpcomingRecords upcoming) {
        this.upcoming = upcoming;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        upcoming.announce(record.partition(), record.offset(), (byte[]) record.key(), (byte[]) record.value());
        return Math.max(0, record.timestamp());
    }
}
