package io.vigil.streams.support;

import io.vigil.streams.frame.FrameStamp;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The support frames that one camera holds: at most one per slot, of one epoch and one picture size.
 *
 * <p>Key frames come in event-time order; admission sees to that. Not thread-safe.
 */
public final class SupportWindow {

    /**
     * A support frame in the window.
     *
     * @param slot whose support frame it is
     * @param frame which frame it is
     */
    public record Support(long slot, FrameStamp frame) {}

    /**
     * What a key frame means for the window.
     *
     * @param slot of the key frame
     * @param expired slots whose frames have left the window, oldest first
     * @param supports the key frame's support frames, oldest first, all strictly before it
     * @param isSupport whether the key frame is its slot's support frame, for the key frames after it
     */
    public record Turn(long slot, List<Long> expired, List<Support> supports, boolean isSupport) {}

    private final SupportSpec spec;
    private final TreeMap<Long, FrameStamp> frames = new TreeMap<>();

    public SupportWindow(SupportSpec spec) {
        this.spec = spec;
    }

    /** Moves the window to a key frame; what has expired is gone when this returns. */
    public Turn moveTo(FrameStamp key) {
        long slot = spec.slots().at(key.timeMicros());
        SortedMap<Long, FrameStamp> leaving =
                frames.isEmpty() || key.continues(frames.lastEntry().getValue())
                        ? frames.headMap(slot - spec.capacity(), true)
                        : frames;
        List<Long> expired = new ArrayList<>(leaving.keySet());
        leaving.clear();
        List<Support> supports = new ArrayList<>();
        frames.forEach((supportSlot, frame) -> supports.add(new Support(supportSlot, frame)));
        return new Turn(slot, expired, supports, !frames.containsKey(slot));
    }

    /** Takes a frame in as the support frame of its slot. */
    public void add(FrameStamp support) {
        long slot = spec.slots().at(support.timeMicros());
        if (frames.putIfAbsent(slot, support) != null) {
            throw new IllegalStateException("slot %d has a support frame already".formatted(slot));
        }
    }
}
