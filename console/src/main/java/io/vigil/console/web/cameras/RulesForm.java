package io.vigil.console.web.cameras;

import io.vigil.schema.ActionRule;
import io.vigil.schema.LineRule;
import io.vigil.schema.PicturePoint;
import io.vigil.schema.RuleSet;
import io.vigil.schema.ZoneRule;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Turns rules as pages send them into a rule set and back. */
final class RulesForm {

    private static final double DEFAULT_SCORE = 0.5;
    private static final double DEFAULT_RELEASE = 0.1;
    private static final long DEFAULT_MAX_GAP_MS = 5_000;

    private RulesForm() {}

    /**
     * The rule set, with limits still to be checked.
     *
     * @throws RefusedException if a point is none
     */
    static RuleSet ruleSet(CameraForm.Rules rules, Instant validFrom) {
        List<CameraForm.Zone> zones = orEmpty(rules.zones());
        List<CameraForm.Line> lines = orEmpty(rules.lines());
        return new RuleSet(
                validFrom,
                IntStream.range(0, zones.size())
                        .mapToObj(i -> zone(zones.get(i), "rules.zones[%d]".formatted(i)))
                        .toList(),
                IntStream.range(0, lines.size())
                        .mapToObj(i -> line(lines.get(i), "rules.lines[%d]".formatted(i)))
                        .toList(),
                orEmpty(rules.actions()).stream().map(RulesForm::action).toList(),
                rules.silentAfterMs());
    }

    static CameraForm.Rules form(RuleSet rules) {
        return new CameraForm.Rules(
                rules.getZones().stream()
                        .map(zone -> new CameraForm.Zone(
                                zone.getName(),
                                zone.getPolygon().stream().map(RulesForm::form).toList(),
                                zone.getLabels(),
                                zone.getDwellMs(),
                                zone.getCountOver()))
                        .toList(),
                rules.getLines().stream()
                        .map(line -> new CameraForm.Line(
                                line.getName(), form(line.getFrom()), form(line.getTo()), line.getLabels()))
                        .toList(),
                rules.getActions().stream()
                        .map(action -> new CameraForm.Action(
                                action.getName(),
                                action.getLabel(),
                                action.getScore(),
                                action.getReleaseScore(),
                                action.getAtLeastMs(),
                                action.getMaxGapMs()))
                        .toList(),
                rules.getSilentAfterMs());
    }

    private static ZoneRule zone(CameraForm.Zone zone, String field) {
        return new ZoneRule(
                Objects.requireNonNullElse(zone.name(), ""),
                orEmpty(zone.polygon()).stream()
                        .map(corner -> point(corner, field + ".polygon"))
                        .toList(),
                orEmpty(zone.labels()),
                zone.dwellMs(),
                zone.countOver());
    }

    private static LineRule line(CameraForm.Line line, String field) {
        return new LineRule(
                Objects.requireNonNullElse(line.name(), ""),
                point(line.from(), field + ".from"),
                point(line.to(), field + ".to"),
                orEmpty(line.labels()));
    }

    private static ActionRule action(CameraForm.Action action) {
        double score = Objects.requireNonNullElse(action.score(), DEFAULT_SCORE);
        return new ActionRule(
                Objects.requireNonNullElse(action.name(), ""),
                Objects.requireNonNullElse(action.label(), ""),
                score,
                Objects.requireNonNullElse(action.releaseScore(), Math.max(0, score - DEFAULT_RELEASE)),
                Objects.requireNonNullElse(action.atLeastMs(), 0L),
                Objects.requireNonNullElse(action.maxGapMs(), DEFAULT_MAX_GAP_MS));
    }

    private static PicturePoint point(@Nullable List<Double> pair, String field) {
        if (pair == null || pair.size() != 2 || pair.stream().anyMatch(Objects::isNull)) {
            throw new RefusedException(field, "must be made of points [x, y], each from 0 to 1");
        }
        return new PicturePoint(pair.get(0), pair.get(1));
    }

    private static List<Double> form(PicturePoint point) {
        return List.of(point.getX(), point.getY());
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
