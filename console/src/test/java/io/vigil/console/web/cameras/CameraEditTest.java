package io.vigil.console.web.cameras;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.Camera;
import io.vigil.schema.RuleSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CameraEditTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final CameraEdit edit = new CameraEdit(Duration.ofHours(24));

    @Test
    void changedRulesShouldHoldALittleLaterAndLeaveTheEarlierOnes() {
        Camera first = edit.changed("gate", rules("a"), null, NOW);
        Camera second = edit.changed("gate", rules("b"), first, NOW.plusSeconds(60));

        assertThat(second.getRules())
                .extracting(RuleSet::getValidFrom)
                .containsExactly(NOW.plus(CameraEdit.LEAD), NOW.plusSeconds(60).plus(CameraEdit.LEAD));
    }

    @Test
    void rulesShouldStayAsTheyAreWhenTheyAreLeftOutOrTheSame() {
        Camera first = edit.changed("gate", rules("a"), null, NOW);
        CameraForm renamed = new CameraForm("Gate", null, false, null, null);

        assertThat(edit.changed("gate", renamed, first, NOW.plusSeconds(60)).getRules())
                .isEqualTo(first.getRules());
        assertThat(edit.changed("gate", rules("a"), first, NOW.plusSeconds(60)).getRules())
                .isEqualTo(first.getRules());
    }

    @Test
    void twoChangesAtOneMomentShouldHoldOneAfterTheOther() {
        Camera first = edit.changed("gate", rules("a"), null, NOW);

        assertThat(edit.changed("gate", rules("b"), first, NOW.minusSeconds(1)).getRules())
                .extracting(RuleSet::getValidFrom)
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @Test
    void rulesShouldBeForgottenWhenNoFrameIsLeftThatTheyWereFor() {
        Camera camera = null;
        for (int hours = 0; hours <= 60; hours += 20) {
            camera = edit.changed("gate", rules("after " + hours), camera, NOW.plus(Duration.ofHours(hours)));
        }

        assertThat(names(camera)).containsExactly("after 20", "after 40", "after 60");
    }

    private static List<String> names(@Nullable Camera camera) {
        return camera == null
                ? List.of()
                : camera.getRules().stream()
                        .map(ruleSet -> ruleSet.getLines().get(0).getName())
                        .toList();
    }

    private static CameraForm rules(String line) {
        List<CameraForm.Line> lines =
                List.of(new CameraForm.Line(line, List.of(0.0, 0.5), List.of(1.0, 0.5), List.of()));
        return new CameraForm(null, null, false, null, new CameraForm.Rules(null, lines, null, null));
    }
}
