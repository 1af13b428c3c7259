package io.vigil.streams.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.TaskId;

/** How far the standby copies of this instance are behind the stores they are copies of. Thread-safe. */
final class StandbyProgress implements StandbyUpdateListener {

    private final Map<TopicPartition, Long> behind = new ConcurrentHashMap<>();

    StandbyProgress(MeterRegistry registry) {
        Gauge.builder("vigil.standby.remaining", this, StandbyProgress::remaining)
                .description("Changelog records that standby copies still have to read")
                .baseUnit("records")
                .register(registry);
        Gauge.builder("vigil.standby.stores", behind, Map::size)
                .description("Partitions of stores of which there is a standby copy here")
                .register(registry);
    }

    /** Records of all copies together; an upper bound, since offsets have gaps. */
    long remaining() {
        return behind.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void onUpdateStart(TopicPartition partition, String store, long startingOffset) {
        behind.put(partition, 0L);
    }

    @Override
    public void onBatchLoaded(
            TopicPartition partition, String store, TaskId task, long batchEndOffset, long records, long endOffset) {
        behind.put(partition, Math.max(0, endOffset - batchEndOffset - 1));
    }

    @Override
    public void onUpdateSuspended(
            TopicPartition partition, String store, long offset, long endOffset, SuspendReason reason) {
        behind.remove(partition);
    }
}
