package io.vigil.streams.rules;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.vigil.schema.config.KnownKeys;
import io.vigil.streams.config.Limits;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads the rules of one camera; {@code camera-rules-reference.conf} beside this class explains every key. */
final class CameraRulesReader {

    private static final Duration INSTANT = Duration.ZERO;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final double DEFAULT_RELEASE = 0.1;

    private static final Config REFERENCE = ConfigFactory.parseURL(requireNonNull(
            CameraRulesReader.class.getResource("camera-rules-reference.conf"),
            "camera-rules-reference.conf is missing from the jar"));

    private final Config camera;
    private final Set<String> names = new HashSet<>();

    CameraRulesReader(Config camera) {
        this.camera = complete(camera, "camera");
    }

    CameraRules read() {
        return new CameraRules(
                camera.getConfigList("zones").stream()
                        .map(zone -> zone(complete(zone, "zone")))
                        .toList(),
                camera.getConfigList("lines").stream()
                        .map(line -> line(complete(line, "line")))
                        .toList(),
                camera.getConfigList("actions").stream()
                        .map(action -> action(complete(action, "action")))
                        .toList(),
                Limits.optional(
                        camera, "silent-after", key -> Limits.duration(camera, key, Duration.ofSeconds(1), LONGEST)));
    }

    private static Config complete(Config given, String kind) {
        Config reference = REFERENCE.getConfig(kind);
        new KnownKeys(reference, Set.of()).check(given);
        return given.withFallback(reference);
    }

    private Zone zone(Config zone) {
        return new Zone(
                name(zone),
                shape(
                        zone,
                        "polygon",
                        () -> new Polygon(zone.getList("polygon").stream()
                                .map(corner -> point(zone, "polygon", corner.unwrapped()))
                                .toList())),
                labels(zone),
                Limits.optional(zone, "dwell", key -> Limits.duration(zone, key, SHORTEST, LONGEST)),
                Limits.optional(zone, "count-over", key -> Limits.integer(zone, key, 0, 10_000)));
    }

    private TripLine line(Config line) {
        return new TripLine(
                name(line),
                shape(
                        line,
                        "from",
                        () -> new Segment(
                                point(line, "from", line.getList("from").unwrapped()),
                                point(line, "to", line.getList("to").unwrapped()))),
                labels(line));
    }

    private ActionRule action(Config action) {
        double score = Limits.number(action, "score", 0, 1);
        Optional<Double> release =
                Limits.optional(action, "release-score", key -> Limits.number(action, key, 0, score));
        return new ActionRule(
                name(action),
                action.getString("label"),
                score,
                release.orElse(Math.max(0, score - DEFAULT_RELEASE)),
                Limits.duration(action, "at-least", INSTANT, LONGEST),
                Limits.duration(action, "max-gap", SHORTEST, LONGEST));
    }

    private String name(Config rule) {
        String name = rule.getString("name");
        if (name.isBlank() || !names.add(name)) {
            throw new ConfigException.BadValue(
                    rule.origin(), "name", "must be one that no other rule of the camera has, is '%s'".formatted(name));
        }
        return name;
    }

    private static Set<String> labels(Config rule) {
        return Set.copyOf(rule.getStringList("labels"));
    }

    private static <T> T shape(Config rule, String key, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(rule.origin(), key, String.valueOf(e.getMessage()), e);
        }
    }

    private static Point point(Config rule, String key, Object value) {
        if (value instanceof List<?> pair
                && pair.size() == 2
                && pair.get(0) instanceof Number x
                && pair.get(1) instanceof Number y
                && isShare(x.doubleValue())
                && isShare(y.doubleValue())) {
            return new Point(x.doubleValue(), y.doubleValue());
        }
        throw new ConfigException.BadValue(
                rule.origin(), key, "a point is [x, y], both from 0 to 1, not %s".formatted(value));
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
    }
}
