package io.vigil.streams.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import io.vigil.streams.testing.TestPackages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of the configuration and the labels of the packages. */
class ModelsRulesTest {

    private static final String RECOGNITION = "recognition.package = \"%s\"%n".formatted(TestPackages.RECOGNITION);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "zones = [{ name = z, polygon = [[0, 0], [1, 0], [1, 1]], labels = [objct] }] | camera yard, zone z: tra-test has no label 'objct', did you mean 'object'?",
                "lines = [{ name = l, from = [0, 0], to = [1, 0], labels = [object, person] }] | camera yard, line l: tra-test has no label 'person', it has object, nothing",
                "actions = [{ name = a, label = forth }] | camera yard, action a: tam-test has no label 'forth', did you mean 'fourth'?"
            })
    void shouldRefuseLabelsThatNoModelHas(String rules, String sentence) {
        StartRefusedException refused = refusal(RECOGNITION + yard(rules));

        assertThat(refused.reason()).isEqualTo(EndReason.BAD_CONFIGURATION);
        assertThat(refused).hasMessageContaining(sentence);
    }

    @Test
    void shouldRefuseActionsThatNothingRecognizes() {
        StartRefusedException refused = refusal(yard("actions = [{ name = a, label = fourth }]"));

        assertThat(refused.reason()).isEqualTo(EndReason.BAD_CONFIGURATION);
        assertThat(refused)
                .hasMessageContaining("camera yard, action a: no actions are recognized without recognition.package");
    }

    @Test
    void shouldRefuseASilenceThatLastsFromOneAnalysedFrameToTheNext() {
        StartRefusedException refused = refusal("admission.frames-per-second = 1\n" + yard("silent-after = 1 s"));

        assertThat(refused.reason()).isEqualTo(EndReason.BAD_CONFIGURATION);
        assertThat(refused)
                .hasMessageContaining(
                        "camera yard, a camera that works would be silent from one analysed frame to the next");
    }

    @Test
    void shouldTakeLabelsThatTheModelsHave() {
        String rules = """
                zones = [{ name = z, polygon = [[0, 0], [1, 0], [1, 1]], labels = [object] }]
                lines = [{ name = l, from = [0, 0], to = [1, 0] }]
                actions = [{ name = a, label = fourth }]
                """;

        try (Models models = load(RECOGNITION + yard(rules))) {
            assertThat(models.names()).hasSize(2);
        }
    }

    private static String yard(String rules) {
        return "rules.cameras = [{ id = yard\n" + rules + "\n}]";
    }

    private static StartRefusedException refusal(String hocon) {
        return catchThrowableOfType(
                StartRefusedException.class, () -> load(hocon).close());
    }

    private static Models load(String hocon) {
        return Models.load(ServiceConfig.from(
                ConfigFactory.parseString("detection.package = \"%s\"%n%s".formatted(TestPackages.DETECTION, hocon))));
    }
}
