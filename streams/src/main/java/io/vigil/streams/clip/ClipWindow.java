package io.vigil.streams.clip;

import io.vigil.streams.frame.FrameStamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The samples that one camera holds: the last ones, of one epoch and one picture size, without a long pause.
 *
 * <p>Event time is cut into strides for samples and into hops (so many strides) for clips. A clip ends at the first sample
 * of a hop, if there are enough by then, so clips are a function of capture times alone. Frames come in event-time order;
 * admission sees to that. Not thread-safe.
 */
public final class ClipWindow {

    /**
     * A sample in the window.
     *
     * @param slot stride it stands for
     * @param frame which frame it is
     */
    public record Sample(long slot, FrameStamp frame) {}

    /**
     * What a frame means for the window.
     *
     * @param slot stride of the frame
     * @param expired slots whose samples have left the window, oldest first
     * @param isSample whether the frame has become a sample
     * @param clip the samples of the clip that ends with the frame, oldest first; empty if none does
     */
    public record Turn(long slot, List<Long> expired, boolean isSample, List<Sample> clip) {}

    private final ClipSpec spec;
    private final TreeMap<Long, FrameStamp> samples = new TreeMap<>();

    public ClipWindow(ClipSpec spec) {
        this.spec = spec;
    }

    /** Moves the window to a frame, which becomes a sample if it is the first of its stride. */
    public Turn moveTo(FrameStamp frame) {
        long slot = spec.strides().at(frame.timeMicros());
        List<Long> expired = new ArrayList<>();
        if (!samples.isEmpty() && !continues(samples.lastEntry().getValue(), frame)) {
            expired.addAll(samples.keySet());
            samples.clear();
        }
        if (samples.containsKey(slot)) {
            return new Turn(slot, expired, false, List.of());
        }
        Map.Entry<Long, FrameStamp> before = samples.lastEntry();
        samples.put(slot, frame);
        while (samples.size() > spec.kept()) {
            expired.add(samples.pollFirstEntry().getKey());
        }
        boolean startsHop = before == null || hop(before.getKey()) != hop(slot);
        boolean isDue = startsHop && samples.size() >= spec.frames();
        return new Turn(slot, expired, true, isDue ? last(spec.frames()) : List.of());
    }

    /** How many samples are kept. */
    int size() {
        return samples.size();
    }

    /** All samples that are kept, oldest first. */
    List<Sample> samples() {
        return last(samples.size());
    }

    /** Takes a stored sample back in after a restart; samples come oldest first. */
    public void restore(FrameStamp sample) {
        samples.put(spec.strides().at(sample.timeMicros()), sample);
    }

    private List<Sample> last(int count) {
        return samples.entrySet().stream()
                .skip(samples.size() - count)
                .map(entry -> new Sample(entry.getKey(), entry.getValue()))
                .toList();
    }

    private boolean continues(FrameStamp last, FrameStamp frame) {
        return frame.continues(last) && frame.timeMicros() - last.timeMicros() <= spec.maxGapMicros();
    }

    private long hop(long slot) {
        return Math.floorDiv(slot, spec.hop());
    }
}
