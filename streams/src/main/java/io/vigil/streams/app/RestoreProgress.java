package io.vigil.streams.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** How many changelog records still have to be read before frames are analysed again. Thread-safe. */
final class RestoreProgress implements StateRestoreListener {

    private final Map<TopicPartition, Remaining> restoring = new ConcurrentHashMap<>();
    private final Counter restored;

    RestoreProgress(MeterRegistry registry) {
        Gauge.builder("vigil.restore.remaining", this, RestoreProgress::remaining)
                .description("Changelog records that are still to be restored")
                .baseUnit("records")
                .register(registry);
        Gauge.builder("vigil.restore.stores", restoring, Map::size)
                .description("Partitions of stores that are being restored")
                .register(registry);
        this.restored = Counter.builder("vigil.restored.records")
                .description("Changelog records that were restored while frames waited")
                .register(registry);
    }

    /** Records of all partitions together; an upper bound, since offsets have gaps. */
    long remaining() {
        return restoring.values().stream().mapToLong(Remaining::records).sum();
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long startingOffset, long endingOffset) {
        restoring.put(partition, new Remaining(endingOffset, endingOffset - startingOffset));
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long batchEndOffset, long records) {
        restored.increment(records);
        restoring.computeIfPresent(
                partition, (unused, before) -> new Remaining(before.end(), before.end() - batchEndOffset - 1));
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long records) {
        restoring.remove(partition);
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long records) {
        restoring.remove(partition);
    }

    private record Remaining(long end, long left) {

        long records() {
            return Math.max(0, left);
        }
    }
}
