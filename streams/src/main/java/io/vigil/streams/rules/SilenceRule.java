package io.vigil.streams.rules;

import io.vigil.schema.Event;
import io.vigil.schema.FrameReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells when one camera was silent.
 *
 * <p>The frames' capture times decide, so a replay finds the same silences. What a clock adds is only that a silence is told
 * while it lasts: as the same event, and earlier.
 */
final class SilenceRule {

    /**
     * What a frame means for its camera.
     *
     * @param after the frame, which is the last one now
     * @param events what happened, in order
     */
    record Step(LastFrame after, List<Event> events) {}

    private final long silentAfterMicros;
    private final CameraEvents events;

    SilenceRule(String camera, Duration silentAfter) {
        this.silentAfterMicros = silentAfter.toNanos() / 1_000;
        this.events = new CameraEvents(camera);
    }

    Step see(@Nullable LastFrame before, long timeMicros, FrameReference frame) {
        LastFrame after = new LastFrame(timeMicros, frame, false);
        if (before == null) {
            return new Step(after, List.of());
        }
        List<Event> happened = new ArrayList<>();
        boolean wasSilent = timeMicros - before.timeMicros() > silentAfterMicros;
        if (wasSilent && !before.told()) {
            happened.add(events.silent(before, null));
        }
        if (wasSilent || before.told()) {
            happened.add(over(before, timeMicros));
        }
        return new Step(after, happened);
    }

    /** That the camera is silent now. */
    Event silent(LastFrame last) {
        return events.silent(last, null);
    }

    /**
     * That a silence is over.
     *
     * @param timeMicros of the next frame; of the clock when no rule asks for it any more
     */
    Event over(LastFrame last, long timeMicros) {
        return events.silent(last, Math.max(timeMicros, last.timeMicros()));
    }
}
