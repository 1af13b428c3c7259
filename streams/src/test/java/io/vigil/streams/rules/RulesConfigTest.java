package io.vigil.streams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesConfigTest {

    @Test
    void shouldReadEveryKey() {
        assertThat(rules("""
                        id = yard
                        zones = [ {
                          name = drive, polygon = [[0, 0.5], [1, 0.5], [0.5, 1]], labels = [person, car]
                          dwell = 10 s, count-over = 3
                        } ]
                        lines = [ { name = gate, from = [0.1, 0.2], to = [0.3, 0.4], labels = [person] } ]
                        actions = [ {
                          name = fall, label = falling, score = 0.7, release-score = 0.5, at-least = 2 s, max-gap = 3 s
                        } ]
                        silent-after = 30 s
                        """))
                .isEqualTo(new CameraRules(
                        List.of(new Zone(
                                "drive",
                                PolygonTest.polygon(0, 0.5, 1, 0.5, 0.5, 1),
                                Set.of("person", "car"),
                                Optional.of(Duration.ofSeconds(10)),
                                Optional.of(3))),
                        List.of(new TripLine(
                                "gate", new Segment(new Point(0.1, 0.2), new Point(0.3, 0.4)), Set.of("person"))),
                        List.of(new ActionRule(
                                "fall", "falling", 0.7, 0.5, Duration.ofSeconds(2), Duration.ofSeconds(3))),
                        Optional.of(Duration.ofSeconds(30))));
    }

    @Test
    void shouldHaveDefaults() {
        CameraRules rules = rules("""
                id = yard
                zones = [ { name = drive, polygon = [[0, 0], [1, 0], [1, 1]] } ]
                actions = [ { name = fall, label = falling } ]
                """);

        assertThat(rules.zones())
                .containsExactly(new Zone(
                        "drive", PolygonTest.polygon(0, 0, 1, 0, 1, 1), Set.of(), Optional.empty(), Optional.empty()));
        assertThat(rules.actions())
                .containsExactly(new ActionRule("fall", "falling", 0.5, 0.4, Duration.ZERO, Duration.ofSeconds(5)));
        assertThat(rules.silentAfter()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id = '/etc' | camera id must be",
                "id = yard, zone = [] | no such key, did you mean zones?",
                "id = yard, zones = [ { name = a, polygons = [] } ] | no such key, did you mean polygon?",
                "id = yard, zones = [ { polygon = [[0, 0], [1, 0], [1, 1]] } ] | name",
                "id = yard, zones = [ { name = a, polygon = [[0, 0], [1, 1]] } ] | three corners",
                "id = yard, zones = [ { name = a, polygon = [[0, 0], [1, 0], [1, 2]] } ] | both from 0 to 1",
                "id = yard, lines = [ { name = a, from = [0, 0], to = [0, 0] } ] | two different points",
                "id = yard, lines = [ { name = a, from = [0, 0, 1], to = [0, 1] } ] | a point is [x, y]",
                "id = yard, actions = [ { name = a, label = b, score = 0.5, release-score = 0.6 } ] | from 0.0 to 0.5",
                "id = yard, actions = [ { name = a, label = b }, { name = a, label = c } ] | no other rule",
                "id = yard, silent-after = 1 ms | must be from 1000 ms"
            })
    void shouldRefuseWhatMakesNoRule(String camera, String sentence) {
        assertThatThrownBy(() -> rules(camera.replace("'", "\"")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void shouldRefuseTwoSetsOfRulesForACamera() {
        assertThatThrownBy(() -> RulesConfig.from(
                        ConfigFactory.parseString("margin = 0, cameras = [ { id = yard }, { id = yard } ]")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("camera yard has rules already");
    }

    private static CameraRules rules(String camera) {
        return RulesConfig.from(ConfigFactory.parseString("margin = 0.02, cameras = [ { " + camera + " } ]"))
                .of("yard");
    }
}
