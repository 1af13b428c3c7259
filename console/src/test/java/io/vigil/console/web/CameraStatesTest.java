package io.vigil.console.web;

import static io.vigil.console.testing.ResultFixture.captured;
import static io.vigil.console.testing.ResultFixture.detections;
import static io.vigil.console.testing.ResultFixture.frame;
import static io.vigil.console.testing.ResultFixture.skipped;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.console.web.CameraState.Kind;
import io.vigil.schema.SkipReason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Frames are 40 ms apart; each result is seen 100 ms after its capture. */
class CameraStatesTest {

    private static final int FRAMES = 200;
    private static final Instant LAST = captured(FRAMES - 1).plusMillis(100);

    private final CameraStates states = new CameraStates();

    @Test
    void cameraWhoseFramesAreAnalysedIsLive() {
        analyse(0, FRAMES);

        CameraState state = at(LAST);
        assertThat(state.kind()).isEqualTo(Kind.LIVE);
        assertThat(state.analysedPerSecond()).isBetween(24.0, 26.0);
        assertThat(state.framesPerSecond().orElseThrow()).isBetween(24.0, 26.0);
        assertThat(state.latencyMillis().orElseThrow()).isBetween(99.0, 101.0);
    }

    @Test
    void cameraWithoutFramesIsOverdueAndThenSilent() {
        analyse(0, FRAMES);

        assertThat(at(LAST.plusSeconds(3)).kind()).isEqualTo(Kind.STALLED);
        assertThat(at(LAST.plusSeconds(8)).kind()).isEqualTo(Kind.SILENT);
        assertThat(at(LAST.plusSeconds(8)).reason())
                .contains(captured(FRAMES - 1).toString());
        assertThat(at(LAST.plusSeconds(8)).latencyMillis()).isEmpty();
    }

    @Test
    void cameraWhoseFramesGetNoOutcomeIsStalled() {
        analyse(0, 50);
        for (int sequence = 50; sequence < FRAMES; sequence++) {
            states.frame(frame("gate", 1, sequence), captured(sequence));
        }

        assertThat(at(LAST).kind()).isEqualTo(Kind.STALLED);
        assertThat(at(LAST).reason()).contains("no results");
    }

    @Test
    void cameraWhoseStreamBeganAnewIsReconnecting() {
        analyse(0, 100);
        states.detections(detections("gate", 2, FRAMES - 1), LAST);

        assertThat(at(LAST).kind()).isEqualTo(Kind.RECONNECTING);
    }

    @Test
    void cameraWhoseFramesAreGivenUpIsSkipping() {
        for (int sequence = 0; sequence < FRAMES; sequence++) {
            if (sequence % 4 == 0) {
                states.detections(
                        detections("gate", 1, sequence), captured(sequence).plusMillis(100));
            } else {
                states.skipped(
                        skipped("gate", 1, sequence, SkipReason.OVERLOADED),
                        captured(sequence).plusMillis(100));
            }
        }

        assertThat(at(LAST).kind()).isEqualTo(Kind.SKIPPING);
    }

    @Test
    void resultsOfThePastTellWhenACameraWasSeenLast() {
        states.detections(detections("gate", 1, 0), captured(0).plusSeconds(3000));

        CameraState state = at(captured(0).plusSeconds(3000));
        assertThat(state.kind()).isEqualTo(Kind.SILENT);
        assertThat(state.ageMillis()).isEqualTo(3_000_000);
        assertThat(state.analysedPerSecond()).isZero();
    }

    @Test
    void removedCameraIsForgottenThoughItsLastFramesComeLater() {
        analyse(0, 100);
        states.removed("gate", captured(99));
        assertThat(states.at(captured(100))).isEmpty();

        analyse(100, FRAMES);

        assertThat(states.at(LAST)).isEmpty();
    }

    @Test
    void removalThatIsReadFirstHoldsForResultsOfThePast() {
        states.removed("gate", captured(FRAMES));

        analyse(0, FRAMES);

        assertThat(states.at(LAST)).isEmpty();
    }

    @Test
    void cameraThatIsCapturedElsewhereOutlivesItsRemoval() {
        analyse(0, 100);
        states.removed("gate", captured(99));
        assertThat(states.at(captured(100))).isEmpty();

        analyse(100, 400);

        assertThat(at(captured(400)).kind()).isEqualTo(Kind.LIVE);
    }

    @Test
    void cameraThatIsAddedAgainIsThereAtOnce() {
        analyse(0, 100);
        states.removed("gate", captured(99));
        states.registered("gate");

        analyse(100, 110);

        assertThat(at(captured(110)).camera()).isEqualTo("gate");
    }

    @Test
    void cameraThatNobodyAddedIsForgottenWhenNothingCameOfItForADay() {
        analyse(0, FRAMES);

        assertThat(at(LAST.plus(Duration.ofHours(23))).kind()).isEqualTo(Kind.SILENT);
        assertThat(states.at(LAST.plus(Duration.ofHours(25)))).isEmpty();
    }

    @Test
    void cameraThatWasAddedIsShownHoweverLongItIsSilent() {
        states.registered("gate");
        analyse(0, FRAMES);

        assertThat(at(LAST.plus(Duration.ofDays(30))).kind()).isEqualTo(Kind.SILENT);
    }

    private void analyse(int from, int to) {
        for (int sequence = from; sequence < to; sequence++) {
            states.frame(frame("gate", 1, sequence), captured(sequence).plusMillis(20));
            states.detections(
                    detections("gate", 1, sequence), captured(sequence).plusMillis(100));
        }
    }

    private CameraState at(Instant now) {
        return states.at(now).get(0);
    }
}
