package io.vigil.streams.ahead;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Records of the frames topic that wait for their turn: those that this process has read, where that is wanted, and whether Kafka has
 * more. Thread-safe.
 */
public final class UpcomingRecords {

    /** Per partition; Kafka Streams has hardly more read. */
    private static final int MOST = 48;

    /**
     * A record as it came from Kafka.
     *
     * @param value the very array that its turn will bring
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record Upcoming(long offset, byte @Nullable [] key, byte @Nullable [] value) {}

    private final boolean wanted;
    private final Map<Integer, NavigableMap<Long, Upcoming>> partitions = new ConcurrentHashMap<>();
    private final ThreadLocal<Backlog> backlogs = ThreadLocal.withInitial(Backlog::new);

    /**
     * @param wanted whether anybody looks at records before their turn; otherwise none is kept
     */
    UpcomingRecords(boolean wanted) {
        this.wanted = wanted;
    }

    /** A record was read. */
    public void announce(int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
        if (!wanted) {
            return;
        }
        NavigableMap<Long, Upcoming> records =
                partitions.computeIfAbsent(partition, unused -> new ConcurrentSkipListMap<>());
        records.put(offset, new Upcoming(offset, key, value));
        while (records.size() > MOST) {
            records.pollFirstEntry();
        }
    }

    /**
     * When this stream thread read records, Kafka had those before this offset.
     *
     * @param end offset of the record that was not there yet
     */
    public void announceEnd(int partition, long end) {
        backlog().read(partition, end);
    }

    /** That of the stream thread which asks. */
    Backlog backlog() {
        return backlogs.get();
    }

    /** What comes after this offset, in order; what came before is forgotten. */
    Collection<Upcoming> after(int partition, long offset) {
        NavigableMap<Long, Upcoming> records = partitions.get(partition);
        if (records == null) {
            return List.of();
        }
        records.headMap(offset, true).clear();
        return records.values();
    }

    void forget(int partition) {
        partitions.remove(partition);
        backlog().forget(partition);
    }
}
