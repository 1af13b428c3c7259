package io.vigil.streams.clip;

import io.vigil.streams.time.Slots;
import java.time.Duration;

/**
 * How clips are sampled.
 *
 * @param strides event time is cut into these; the first analysed frame of one is a sample
 * @param frames samples per clip, T
 * @param hop strides from one clip to the next
 * @param maxGap a longer pause between two samples starts a new window, event time
 * @param kept samples that a camera keeps, T or more: those from which the state of a streaming recognizer is made again
 */
public record ClipSpec(Slots strides, int frames, int hop, Duration maxGap, int kept) {

    public ClipSpec {
        if (frames < 1 || hop < 1) {
            throw new IllegalArgumentException("frames and hop must be positive: %d, %d".formatted(frames, hop));
        }
        if (kept < frames) {
            throw new IllegalArgumentException("a clip of %d frames needs more than %d kept".formatted(frames, kept));
        }
    }

    long maxGapMicros() {
        return maxGap.toNanos() / 1_000;
    }
}
