package io.vigil.streams.topology;

import static io.vigil.streams.testing.FrameFixture.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.ActionRule;
import io.vigil.schema.Camera;
import io.vigil.schema.LineRule;
import io.vigil.schema.PicturePoint;
import io.vigil.schema.RuleSet;
import io.vigil.streams.rules.CameraRulesProcessor;
import io.vigil.streams.testing.CameraFixture;
import io.vigil.streams.testing.LogLines;
import io.vigil.streams.testing.ServiceUnderTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules of the cameras topic that the service cannot follow as they are meant; one frame per second is analysed. */
class DoubtfulRulesTopologyTest {

    private final ServiceUnderTest service = ServiceUnderTest.with("""
            admission.frames-per-second = 1
            recognition.stride = 1 s
            """);
    private final LogLines log = LogLines.of(CameraRulesProcessor.class);

    @AfterEach
    void close() {
        log.close();
        service.close();
    }

    @Test
    void shouldWarnOfASilenceThatWouldBeToldBetweenAnalysedFrames() {
        service.pipe(north(silentAfter(1_000)));

        assertThat(log.messages())
                .containsExactly("camera north, rules: a camera that works would be silent from one analysed frame to"
                        + " the next, 1000 ms apart; tell a silence later, or raise admission.frames-per-second");
    }

    @Test
    void shouldWarnOfLabelsThatNoModelHas() {
        service.pipe(north(RuleSet.newBuilder(none(0))
                .setLines(List.of(new LineRule(
                        "gate", new PicturePoint(0.0, 0.0), new PicturePoint(1.0, 1.0), List.of("object", "objet"))))
                .setActions(List.of(new ActionRule("fall", "falling", 0.5, 0.4, 0L, 5_000L)))
                .build()));

        assertThat(log.messages())
                .containsExactly(
                        "camera north, rules: line gate: tra-test has no label 'objet', did you mean 'object'?;"
                                + " action fall: tam-test has no label 'falling', it has first, second, third, fourth");
    }

    @Test
    void shouldWarnOfARuleOnceHoweverOftenItsRecordChanges() {
        service.pipe(north(silentAfter(1_000)));
        service.wait(Duration.ofMinutes(2)).pipe(north(silentAfter(1_000), none(1_000)));

        assertThat(log.messages()).hasSize(1);
    }

    @Test
    void shouldSayNothingOfRulesThatItCanFollow() {
        service.pipe(north(silentAfter(1_001)));

        assertThat(log.messages()).isEmpty();
    }

    private static Camera north(RuleSet... rules) {
        return CameraFixture.camera("north", rules);
    }

    private static RuleSet none(int fromMillis) {
        return CameraFixture.noRules(START.plusMillis(fromMillis));
    }

    private static RuleSet silentAfter(long millis) {
        return RuleSet.newBuilder(none(0)).setSilentAfterMs(millis).build();
    }
}
