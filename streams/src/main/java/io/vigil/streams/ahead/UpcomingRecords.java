package io.vigil.streams.ahead;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The record at the head of each partition of the frames topic, which is handed out next. Thread-safe. */
public final class UpcomingRecords {

    /** A record as it came from Kafka. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Upcoming(long offset, byte @Nullable [] key, byte @Nullable [] value) {}

    private final Map<Integer, Upcoming> heads = new ConcurrentHashMap<>();

    /** A record has come to the head of its partition. */
    public void announce(int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
        heads.put(partition, new Upcoming(offset, key, value));
    }

    /** What comes after this offset, if it is there already. */
    Optional<Upcoming> after(int partition, long offset) {
        return Optional.ofNullable(heads.get(partition)).filter(head -> head.offset() > offset);
    }

    void forget(int partition) {
        heads.remove(partition);
    }
}
