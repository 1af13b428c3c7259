package io.vigil.streams.rules;

import io.vigil.schema.ActionRule;
import io.vigil.schema.Camera;
import io.vigil.schema.LineRule;
import io.vigil.schema.PicturePoint;
import io.vigil.schema.RuleSet;
import io.vigil.schema.ZoneRule;
import io.vigil.streams.time.EventTime;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which rules of one camera hold for a frame that was captured at some time. */
final class RulesTimeline {

    private final CameraRules before;
    private final NavigableMap<Long, RuleSet> from = new TreeMap<>();

    /**
     * @param record sound; null: none
     * @param before the rules that hold before the first rule set of the record
     */
    RulesTimeline(@Nullable Camera record, CameraRules before) {
        this.before = before;
        if (record != null) {
            record.getRules().forEach(ruleSet -> from.put(EventTime.micros(ruleSet.getValidFrom()), ruleSet));
        }
    }

    /**
     * The rules for frames captured then.
     *
     * @param timeMicros capture time, microseconds since 1970-01-01 UTC
     */
    CameraRules at(long timeMicros) {
        Map.@Nullable Entry<Long, RuleSet> latest = from.floorEntry(timeMicros);
        return latest == null ? before : read(latest.getValue());
    }

    /** A sound rule set. */
    static CameraRules read(RuleSet rules) {
        return new CameraRules(
                rules.getZones().stream().map(RulesTimeline::read).toList(),
                rules.getLines().stream().map(RulesTimeline::read).toList(),
                rules.getActions().stream().map(RulesTimeline::read).toList(),
                Optional.ofNullable(rules.getSilentAfterMs()).map(Duration::ofMillis));
    }

    private static Zone read(ZoneRule zone) {
        return new Zone(
                zone.getName(),
                new Polygon(zone.getPolygon().stream().map(RulesTimeline::read).toList()),
                Set.copyOf(zone.getLabels()),
                Optional.ofNullable(zone.getDwellMs()).map(Duration::ofMillis),
                Optional.ofNullable(zone.getCountOver()));
    }

    private static TripLine read(LineRule line) {
        return new TripLine(
                line.getName(), new Segment(read(line.getFrom()), read(line.getTo())), Set.copyOf(line.getLabels()));
    }

    private static io.vigil.streams.rules.ActionRule read(ActionRule action) {
        return new io.vigil.streams.rules.ActionRule(
                action.getName(),
                action.getLabel(),
                action.getScore(),
                action.getReleaseScore(),
                Duration.ofMillis(action.getAtLeastMs()),
                Duration.ofMillis(action.getMaxGapMs()));
    }

    private static Point read(PicturePoint point) {
        return new Point(point.getX(), point.getY());
    }
}
