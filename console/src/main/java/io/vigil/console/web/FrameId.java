package io.vigil.console.web;

import java.util.Comparator;

/** Names a frame of one camera; ordered as the frames were captured. */
public record FrameId(long epoch, long sequence) implements Comparable<FrameId> {

    private static final Comparator<FrameId> ORDER =
            Comparator.comparingLong(FrameId::epoch).thenComparingLong(FrameId::sequence);

    @Override
    public int compareTo(FrameId other) {
        return ORDER.compare(this, other);
    }
}
