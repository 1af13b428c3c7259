package io.vigil.producers.publish;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What became of one camera's frames. Once the publisher is closed, {@code captured = published + dropped}; before
 * that, the difference is under way. Thread-safe.
 */
public final class FrameCounters {

    private final AtomicLong captured = new AtomicLong();
    private final AtomicLong published = new AtomicLong();
    private final Map<DropReason, AtomicLong> dropped = new EnumMap<>(DropReason.class);

    public FrameCounters() {
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, new AtomicLong());
        }
    }

    public void countCaptured() {
        captured.incrementAndGet();
    }

    public void countPublished() {
        published.incrementAndGet();
    }

    public void countDropped(DropReason reason) {
        counterOf(reason).incrementAndGet();
    }

    public long captured() {
        return captured.get();
    }

    public long published() {
        return published.get();
    }

    /** Frames dropped so far, for every reason, zeros included. */
    public Map<DropReason, Long> dropped() {
        Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);
        dropped.forEach((reason, count) -> counts.put(reason, count.get()));
        return Map.copyOf(counts);
    }

    private AtomicLong counterOf(DropReason reason) {
        AtomicLong counter = dropped.get(reason);
        if (counter == null) {
            throw new IllegalStateException("no counter for " + reason);
        }
        return counter;
    }
}
