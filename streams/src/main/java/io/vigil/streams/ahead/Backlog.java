package io.vigil.streams.ahead;

import java.util.HashMap;
import java.util.Map;

/** What a stream thread has still to do, as far as it knows, in all of its partitions. For that thread only. */
final class Backlog {

    private final Map<Integer, Long> ends = new HashMap<>();
    private final Map<Integer, Long> positions = new HashMap<>();

    /**
     * Records of a partition were read.
     *
     * @param end offset of the record that was not there yet
     */
    void read(int partition, long end) {
        ends.put(partition, end);
    }

    /** It was the turn of a record. */
    void passed(int partition, long offset) {
        positions.put(partition, offset + 1);
    }

    void forget(int partition) {
        ends.remove(partition);
        positions.remove(partition);
    }

    boolean isEmpty() {
        return ends.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }
}
