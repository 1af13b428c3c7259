package io.vigil.streams.admission;

import io.vigil.schema.SkipReason;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.time.Slots;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which sound frames are analysed, from the camera's progress alone.
 *
 * <p>Frames of an older epoch, an older capture time or an older sequence change nothing. A greater epoch starts anew. The
 * first frame of each analysis period that can be decoded is analysed.
 */
public final class Admission {

    /**
     * What becomes of a frame.
     *
     * @param skipped why it is not analysed; empty if it is
     * @param after the camera's progress with this frame
     */
    public record Decision(Optional<SkipReason> skipped, Progress after) {

        /** Whether it is the next frame of its stream, neither seen before nor late. */
        boolean isNext() {
            return skipped.stream().noneMatch(reason -> reason == SkipReason.DUPLICATE || reason == SkipReason.LATE);
        }
    }

    private final Slots period;

    /**
     * @param period pieces of event time of which the first frame is analysed
     */
    public Admission(Slots period) {
        this.period = period;
    }

    /**
     * Decides about one frame.
     *
     * @param before the camera's progress; null for a camera not seen before
     * @param awaitsIdr asked for a frame that is next in its stream: whether it cannot be decoded for want of those before it
     * @param shed asked for a frame that would be analysed: whether it is shed instead
     */
    public Decision decide(
            @Nullable Progress before, FrameStamp frame, BooleanSupplier awaitsIdr, BooleanSupplier shed) {
        if (before == null || frame.epoch() > before.epoch()) {
            return first(frame, awaitsIdr, shed);
        }
        if (frame.epoch() == before.epoch() && before.hasSeen(frame.sequence())) {
            return new Decision(Optional.of(SkipReason.DUPLICATE), before);
        }
        if (frame.epoch() < before.epoch()
                || frame.sequence() < before.lastSequence()
                || frame.timeMicros() < before.lastTimeMicros()) {
            return new Decision(Optional.of(SkipReason.LATE), before);
        }
        return next(before, frame, awaitsIdr, shed);
    }

    private Decision first(FrameStamp frame, BooleanSupplier awaitsIdr, BooleanSupplier shed) {
        return decided(frame, 1, OptionalLong.empty(), awaitsIdr, shed);
    }

    private Decision next(Progress before, FrameStamp frame, BooleanSupplier awaitsIdr, BooleanSupplier shed) {
        long step = frame.sequence() - before.lastSequence();
        long recent = (step < Long.SIZE ? before.recent() << step : 0) | 1;
        return decided(frame, recent, before.lastAnalysed(), awaitsIdr, shed);
    }

    private Decision decided(
            FrameStamp frame, long recent, OptionalLong lastAnalysed, BooleanSupplier awaitsIdr, BooleanSupplier shed) {
        if (awaitsIdr.getAsBoolean()) {
            return new Decision(Optional.of(SkipReason.AWAITING_IDR), progress(frame, recent, lastAnalysed));
        }
        long slot = period.at(frame.timeMicros());
        if (lastAnalysed.isPresent() && lastAnalysed.getAsLong() == slot) {
            return new Decision(Optional.of(SkipReason.RATE_LIMITED), progress(frame, recent, lastAnalysed));
        }
        if (shed.getAsBoolean()) {
            return new Decision(Optional.of(SkipReason.OVERLOADED), progress(frame, recent, lastAnalysed));
        }
        return new Decision(Optional.empty(), progress(frame, recent, OptionalLong.of(slot)));
    }

    private static Progress progress(FrameStamp frame, long recent, OptionalLong lastAnalysed) {
        return new Progress(frame.epoch(), frame.sequence(), recent, frame.timeMicros(), lastAnalysed);
    }
}
