package io.vigil.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RecordTimestampTest {

    @Test
    void shouldKeepRecordsWithoutATimestampAlive() {
        assertThat(new RecordTimestamp().extract(recordAt(ConsumerRecord.NO_TIMESTAMP), -1))
                .isZero();
        assertThat(new RecordTimestamp().extract(recordAt(1234), -1)).isEqualTo(1234);
    }

    private static ConsumerRecord<Object, Object> recordAt(long timestamp) {
        return new ConsumerRecord<>(
                "frames",
                0,
                0,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                null,
                new RecordHeaders(),
                Optional.empty());
    }
}
