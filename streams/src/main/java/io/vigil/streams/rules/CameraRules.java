package io.vigil.streams.rules;

import io.vigil.streams.time.Slots;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is asked for of one camera.
 *
 * @param zones parts of the picture that are watched
 * @param lines lines whose crossings are told
 * @param actions actions that are waited for
 * @param silentAfter a camera without a frame to analyse for longer is silent; empty: it never is
 */
public record CameraRules(
        List<Zone> zones, List<TripLine> lines, List<ActionRule> actions, Optional<Duration> silentAfter) {

    static final CameraRules NONE = new CameraRules(List.of(), List.of(), List.of(), Optional.empty());

    public CameraRules {
        zones = List.copyOf(zones);
        lines = List.copyOf(lines);
        actions = List.copyOf(actions);
    }

    /**
     * Whether a camera that works would be silent from one analysed frame to the next.
     *
     * @param period of which the first frame is analysed
     */
    public boolean isSilentBetweenFrames(Slots period) {
        return silentAfter.filter(limit -> !period.areShorterThan(limit)).isPresent();
    }
}
