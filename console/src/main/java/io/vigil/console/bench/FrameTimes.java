package io.vigil.console.bench;

import io.vigil.streams.inference.Manifest;
import java.time.Duration;

/**
 * Capture times of the frames of cameras whose work is that of cameras running for long.
 *
 * <p>The first frames of a camera are as far apart as its windows allow, so that few of them fill the windows; the others have a
 * period between them. What a frame costs repeats after a cycle, when the next frame supports later ones and the next clip is due. The
 * cameras begin evenly spread over one, so that even a few frames of each cost what frames cost on average.
 *
 * @param warmUp frames of each camera until its windows are full
 * @param warmUpStep event time from one of them to the next
 * @param period event time from one of the other frames of a camera to the next
 * @param cycle event time after which the work of a camera repeats
 */
record FrameTimes(int warmUp, Duration warmUpStep, Duration period, Duration cycle) {

    /** A longer step would begin a new clip. */
    private static final int MOST_STRIDES_PER_STEP = 3;

    /**
     * For two packages and the service's default sampling.
     *
     * @param hop samples from one clip to the next
     */
    static FrameTimes of(Manifest.Temporal detector, Manifest.Temporal recognizer, int hop, Duration period) {
        long slot = detector.intervalMs();
        long stride = recognizer.intervalMs();
        long step = Math.min(slot, MOST_STRIDES_PER_STEP * stride);
        long toFill = Math.max(detector.frames() * slot, recognizer.frames() * Math.max(stride, step));
        return new FrameTimes(
                Math.toIntExact((toFill + step - 1) / step) + 1,
                Duration.ofMillis(step),
                period,
                Duration.ofMillis(Math.max(slot, hop * stride)));
    }

    /** Event time of a frame since the first frame of the first camera. */
    Duration at(int camera, int cameras, long sequence) {
        long steps = Math.min(sequence, warmUp - 1);
        return cycle.multipliedBy(camera)
                .dividedBy(cameras)
                .plus(warmUpStep.multipliedBy(steps))
                .plus(period.multipliedBy(sequence - steps));
    }

    /** Event time in which the windows fill. */
    Duration warmUpTime() {
        return warmUpStep.multipliedBy(warmUp);
    }
}
