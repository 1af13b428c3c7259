package io.vigil.schema.camera;

import io.vigil.schema.ActionRule;
import io.vigil.schema.LineRule;
import io.vigil.schema.PicturePoint;
import io.vigil.schema.RuleSet;
import io.vigil.schema.ZoneRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what is wrong with one rule set; the limits are those of the rules in the service's configuration. */
final class RuleSetCheck {

    private static final long LONGEST_MS = Duration.ofDays(7).toMillis();
    private static final int MAX_COUNT = 10_000;

    private final String at;
    private final List<FieldProblem> problems = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /**
     * @param at field of the rule set in its record
     */
    RuleSetCheck(String at) {
        this.at = at;
    }

    List<FieldProblem> problems(RuleSet rules) {
        for (int i = 0; i < rules.getZones().size(); i++) {
            check(rules.getZones().get(i), "zones[%d]".formatted(i));
        }
        for (int i = 0; i < rules.getLines().size(); i++) {
            check(rules.getLines().get(i), "lines[%d]".formatted(i));
        }
        for (int i = 0; i < rules.getActions().size(); i++) {
            check(rules.getActions().get(i), "actions[%d]".formatted(i));
        }
        range("silent_after_ms", rules.getSilentAfterMs(), 1_000, LONGEST_MS);
        return problems;
    }

    private void check(ZoneRule zone, String field) {
        name(field, zone.getName());
        List<PicturePoint> corners = zone.getPolygon();
        boolean allInside = corners.stream().allMatch(RuleSetCheck::isInPicture);
        require(allInside, field + ".polygon", "must have corners with x and y from 0 to 1");
        require(corners.size() >= 3, field + ".polygon", "must have three corners or more");
        require(
                corners.stream().distinct().count() == corners.size(),
                field + ".polygon",
                "must have each corner once; it closes itself");
        range(field + ".dwell_ms", zone.getDwellMs(), 1, LONGEST_MS);
        Integer threshold = zone.getCountOver();
        range(field + ".count_over", threshold == null ? null : threshold.longValue(), 0, MAX_COUNT);
    }

    private void check(LineRule line, String field) {
        name(field, line.getName());
        require(isInPicture(line.getFrom()), field + ".from", "must have x and y from 0 to 1");
        require(isInPicture(line.getTo()), field + ".to", "must have x and y from 0 to 1");
        require(!line.getFrom().equals(line.getTo()), field + ".to", "must be another point than from");
    }

    private void check(ActionRule action, String field) {
        name(field, action.getName());
        require(!action.getLabel().isBlank(), field + ".label", "must name an action");
        require(isShare(action.getScore()), field + ".score", "must be 0 to 1");
        require(
                action.getReleaseScore() >= 0 && action.getReleaseScore() <= action.getScore(),
                field + ".release_score",
                "must be 0 to score");
        range(field + ".at_least_ms", action.getAtLeastMs(), 0, LONGEST_MS);
        range(field + ".max_gap_ms", action.getMaxGapMs(), 1, LONGEST_MS);
    }

    private void name(String field, String name) {
        require(
                !name.isBlank() && names.add(name),
                field + ".name",
                "must be one that no other rule of the camera has");
    }

    private void range(String field, @Nullable Long value, long min, long max) {
        require(value == null || (value >= min && value <= max), field, "must be %d to %d".formatted(min, max));
    }

    private void require(boolean holds, String field, String message) {
        if (!holds) {
            problems.add(new FieldProblem(at + "." + field, message));
        }
    }

    private static boolean isInPicture(PicturePoint point) {
        return isShare(point.getX()) && isShare(point.getY());
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
    }
}
