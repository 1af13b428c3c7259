package io.vigil.streams.testing;

import io.vigil.schema.ActionScore;
import io.vigil.schema.Actions;
import io.vigil.schema.Detections;
import java.util.Comparator;
import java.util.List;

/** What tests read from the results of the test packages. */
public final class ResultReading {

    private static final List<String> LABELS = List.of("first", "second", "third", "fourth");

    private ResultReading() {}

    /** By how many grey levels each frame that the recognizer told of is brighter than the first. */
    public static List<Integer> differences(Actions actions) {
        List<Double> logits = actions.getScores().stream()
                .sorted(Comparator.comparing(score -> LABELS.indexOf(score.getLabel())))
                .map(ActionScore::getScore)
                .map(score -> Math.log(score))
                .toList();
        return logits.stream()
                .map(logit -> (int) Math.round((logit - logits.get(0)) * 10))
                .toList();
    }

    /** Results that are equal where only the time they took differs. */
    public static List<Detections> detectionsWithoutTimings(List<Detections> results) {
        return results.stream()
                .map(result ->
                        Detections.newBuilder(result).setTimings(List.of()).build())
                .toList();
    }

    /** Results that are equal where only the time they took differs. */
    public static List<Actions> actionsWithoutTimings(List<Actions> results) {
        return results.stream()
                .map(result -> Actions.newBuilder(result).setTimings(List.of()).build())
                .toList();
    }
}
