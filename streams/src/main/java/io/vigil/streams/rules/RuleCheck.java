package io.vigil.streams.rules;

import com.typesafe.config.ConfigException;
import io.vigil.schema.config.ClosestName;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.time.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds rules that are sound, but that this service cannot follow as they are meant. */
public final class RuleCheck {

    private static final int MAX_LABELS_SHOWN = 20;

    private final Slots period;
    private final Manifest detector;
    private final Optional<Manifest> recognizer;

    /**
     * @param period of which the first frame is analysed
     * @param recognizer empty: no actions are recognized
     */
    public RuleCheck(Slots period, Manifest detector, Optional<Manifest> recognizer) {
        this.period = period;
        this.detector = detector;
        this.recognizer = recognizer;
    }

    /**
     * Checks the rules of the service's configuration.
     *
     * @throws ConfigException for the first camera with a rule that cannot be followed
     */
    public void check(RulesConfig config) {
        new TreeMap<>(config.cameras()).forEach((camera, rules) -> {
            List<String> problems = problems(rules);
            if (!problems.isEmpty()) {
                throw new ConfigException.BadValue(
                        "rules.cameras", "camera %s, %s".formatted(camera, String.join("; ", problems)));
            }
        });
    }

    /** What is wrong with the rules of a camera, in sentences; nothing if all can be followed. */
    List<String> problems(CameraRules rules) {
        List<String> problems = new ArrayList<>();
        rules.zones().forEach(zone -> addUnknown("zone " + zone.name(), zone.labels(), detector, problems));
        rules.lines().forEach(line -> addUnknown("line " + line.name(), line.labels(), detector, problems));
        rules.actions().forEach(action -> {
            String rule = "action " + action.name();
            recognizer.ifPresentOrElse(
                    model -> addUnknown(rule, Set.of(action.label()), model, problems),
                    () -> problems.add(rule + ": no actions are recognized without recognition.package"));
        });
        if (rules.isSilentBetweenFrames(period)) {
            problems.add(
                    "a camera that works would be silent from one analysed frame to the next, %s apart; tell a silence later, or raise admission.frames-per-second"
                            .formatted(period));
        }
        return problems;
    }

    private static void addUnknown(String rule, Set<String> labels, Manifest model, List<String> problems) {
        for (String label : new TreeSet<>(labels)) {
            if (!model.labels().contains(label)) {
                problems.add("%s: %s has no label '%s'%s".formatted(rule, model.name(), label, hint(label, model)));
            }
        }
    }

    private static String hint(String label, Manifest model) {
        return ClosestName.to(label, model.labels())
                .map(", did you mean '%s'?"::formatted)
                .orElseGet(() -> model.labels().size() > MAX_LABELS_SHOWN
                        ? ", its manifest lists those it has"
                        : ", it has " + String.join(", ", model.labels()));
    }
}
