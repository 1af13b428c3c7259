package io.vigil.streams.rules;

import io.vigil.streams.time.Slots;
import java.util.ArrayList;
import java.util.List;

/** Finds rules that are sound, but that this service cannot follow as they are meant. */
public final class RuleCheck {

    private final Slots period;

    /**
     * @param period of which the first frame is analysed
     */
    public RuleCheck(Slots period) {
        this.period = period;
    }

    /** What is wrong with the rules of a camera, in sentences; nothing if all can be followed. */
    List<String> problems(CameraRules rules) {
        List<String> problems = new ArrayList<>();
        if (rules.isSilentBetweenFrames(period)) {
            problems.add(
                    "a camera that works would be silent from one analysed frame to the next, %s apart; tell a silence later, or raise admission.frames-per-second"
                            .formatted(period));
        }
        return problems;
    }
}
