package io.vigil.streams.rules;

import io.vigil.schema.ActionScore;
import io.vigil.schema.Actions;
import io.vigil.schema.Event;
import io.vigil.schema.FrameReference;
import io.vigil.streams.time.EventTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells when an action is seen with enough confidence for long enough in front of one camera, and when it is over. */
final class ActionRules {

    /**
     * What a clip means for its camera.
     *
     * @param after the actions that are seen after the clip
     * @param events what happened, in order
     */
    record Step(List<ActionStreak> after, List<Event> events) {}

    private final List<ActionRule> rules;
    private final CameraEvents events;

    ActionRules(String camera, CameraRules rules) {
        this.rules = rules.actions();
        this.events = new CameraEvents(camera);
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    /**
     * Takes in the next clip.
     *
     * @param before the actions that were seen after the last one
     * @param frame the last frame of the clip
     */
    Step see(List<ActionStreak> before, Actions clip, FrameReference frame) {
        List<ActionStreak> after = new ArrayList<>();
        List<Event> happened = new ArrayList<>();
        for (ActionRule rule : rules) {
            Optional<ActionStreak> streak = before.stream()
                    .filter(known -> known.rule().equals(rule.name()))
                    .findFirst();
            Optional<ActionStreak> continued = streak.flatMap(known -> continued(rule, known, clip, frame));
            if (continued.isEmpty()) {
                streak.flatMap(this::ended).ifPresent(happened::add);
            }
            continued
                    .or(() -> started(rule, clip, frame))
                    .ifPresent(seen -> after.add(toldIfDue(rule, seen, happened)));
        }
        before.stream()
                .filter(streak -> rules.stream().noneMatch(rule -> rule.name().equals(streak.rule())))
                .forEach(streak -> ended(streak).ifPresent(happened::add));
        return new Step(List.copyOf(after), happened);
    }

    /** What happened when a camera gives no clips any more: each action ended with its last clip. */
    List<Event> allGone(List<ActionStreak> streaks) {
        return streaks.stream().map(this::ended).flatMap(Optional::stream).toList();
    }

    private static Optional<ActionStreak> continued(
            ActionRule rule, ActionStreak streak, Actions clip, FrameReference frame) {
        long end = EventTime.micros(clip.getEndTime());
        float score = score(clip, rule.label());
        double needed = streak.told() ? rule.releaseScore() : rule.score();
        boolean continues = clip.getEpoch() == streak.last().getEpoch()
                && streak.label().equals(rule.label())
                && end > streak.endMicros()
                && end - streak.endMicros() <= rule.maxGap().toNanos() / 1_000
                && score >= needed;
        return continues ? Optional.of(streak.continued(end, score, frame)) : Optional.empty();
    }

    private static Optional<ActionStreak> started(ActionRule rule, Actions clip, FrameReference frame) {
        float score = score(clip, rule.label());
        return score >= rule.score()
                ? Optional.of(new ActionStreak(
                        rule.name(),
                        rule.label(),
                        EventTime.micros(clip.getStartTime()),
                        EventTime.micros(clip.getEndTime()),
                        score,
                        false,
                        frame))
                : Optional.empty();
    }

    private ActionStreak toldIfDue(ActionRule rule, ActionStreak streak, List<Event> happened) {
        if (streak.told()
                || streak.endMicros() - streak.startMicros() < rule.atLeast().toNanos() / 1_000) {
            return streak;
        }
        ActionStreak told = streak.asTold();
        happened.add(events.action(told, null));
        return told;
    }

    private Optional<Event> ended(ActionStreak streak) {
        return streak.told() ? Optional.of(events.action(streak, streak.endMicros())) : Optional.empty();
    }

    /** 0 for a label that is not among the best. */
    private static float score(Actions clip, String label) {
        return clip.getScores().stream()
                .filter(score -> score.getLabel().equals(label))
                .map(ActionScore::getScore)
                .findFirst()
                .orElse(0f);
    }
}
