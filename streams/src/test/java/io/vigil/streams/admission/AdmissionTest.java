package io.vigil.streams.admission;

import static io.vigil.schema.SkipReason.AWAITING_IDR;
import static io.vigil.schema.SkipReason.DUPLICATE;
import static io.vigil.schema.SkipReason.LATE;
import static io.vigil.schema.SkipReason.OVERLOADED;
import static io.vigil.schema.SkipReason.RATE_LIMITED;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.SkipReason;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.time.Slots;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final long PERIOD = 100_000;

    private final Admission admission = new Admission(Slots.perSecond(BigDecimal.TEN));
    private Progress progress;

    @Test
    void shouldAnalyseTheFirstFrameOfEachPeriod() {
        assertThat(decide(1, 0, 10)).isEmpty();
        assertThat(decide(1, 1, PERIOD - 1)).contains(RATE_LIMITED);
        assertThat(decide(1, 2, PERIOD)).isEmpty();
        assertThat(decide(1, 3, 7 * PERIOD)).isEmpty();
    }

    @Test
    void shouldCallAFrameSeenBeforeADuplicateAndAMissedOneLate() {
        decide(1, 5, 5 * PERIOD);
        decide(1, 7, 7 * PERIOD);

        assertThat(decide(1, 7, 7 * PERIOD)).contains(DUPLICATE);
        assertThat(decide(1, 5, 5 * PERIOD)).contains(DUPLICATE);
        assertThat(decide(1, 6, 6 * PERIOD)).contains(LATE);
    }

    @Test
    void shouldRememberThatARateLimitedFrameWasSeen() {
        decide(1, 0, 0);
        decide(1, 1, 1);

        assertThat(decide(1, 1, 1)).contains(DUPLICATE);
    }

    @Test
    void shouldCallADuplicateFromLongAgoLate() {
        decide(1, 0, 0);
        decide(1, 64, 64 * PERIOD);

        assertThat(decide(1, 0, 0)).contains(LATE);
    }

    @Test
    void shouldCallAFrameLateWhoseClockWentBack() {
        decide(1, 0, 5 * PERIOD);

        assertThat(decide(1, 1, 4 * PERIOD)).contains(LATE);
        assertThat(decide(1, 1, 6 * PERIOD)).isEmpty();
    }

    @Test
    void shouldStartAnewWithAGreaterEpochWhateverItsClockAndSequence() {
        decide(1, 1000, 1000 * PERIOD);

        assertThat(decide(2, 0, 0)).isEmpty();
        assertThat(decide(1, 1001, 1001 * PERIOD)).contains(LATE);
    }

    @Test
    void shouldLeaveThePeriodToTheNextFrameWhenOneIsShed() {
        assertThat(decide(1, 0, 0, true)).contains(OVERLOADED);
        assertThat(decide(1, 1, 1, false)).isEmpty();
        assertThat(decide(1, 2, 2, true)).contains(RATE_LIMITED);
    }

    @Test
    void shouldAskAboutSheddingOnlyForAFrameThatWouldBeAnalysed() {
        decide(1, 0, 0);
        BooleanSupplier notToBeAsked = () -> {
            throw new AssertionError("asked");
        };

        assertThat(admission
                        .decide(progress, new FrameStamp(1, 0, 0, 64, 48), notToBeAsked, notToBeAsked)
                        .skipped())
                .contains(DUPLICATE);
        assertThat(admission
                        .decide(progress, new FrameStamp(1, 1, 1, 64, 48), () -> false, notToBeAsked)
                        .skipped())
                .contains(RATE_LIMITED);
    }

    @Test
    void shouldNotLetAFrameThatAwaitsAnIdrFrameUseUpThePeriod() {
        FrameStamp undecodable = new FrameStamp(1, 0, 0, 64, 48);

        Admission.Decision decision = admission.decide(null, undecodable, () -> true, () -> false);
        progress = decision.after();

        assertThat(decision.skipped()).contains(AWAITING_IDR);
        assertThat(decide(1, 0, 0)).contains(DUPLICATE);
        assertThat(decide(1, 1, 1)).isEmpty();
    }

    @Property
    void shouldAnalyseEachFrameOnceInOrderAndOncePerPeriod(@ForAll("logs") List<FrameStamp> log) {
        Progress before = null;
        List<FrameStamp> analysed = new ArrayList<>();
        for (FrameStamp frame : log) {
            Admission.Decision decision = admission.decide(before, frame, () -> false, () -> false);
            if (decision.skipped().isEmpty()) {
                analysed.add(frame);
            }
            before = decision.after();
        }

        Set<List<Long>> periods = new HashSet<>();
        for (int i = 0; i < analysed.size(); i++) {
            FrameStamp frame = analysed.get(i);
            assertThat(periods.add(List.of(frame.epoch(), frame.timeMicros() / PERIOD)))
                    .isTrue();
            if (i > 0 && analysed.get(i - 1).epoch() == frame.epoch()) {
                assertThat(frame.sequence()).isGreaterThan(analysed.get(i - 1).sequence());
                assertThat(frame.timeMicros()).isGreaterThan(analysed.get(i - 1).timeMicros());
            } else if (i > 0) {
                assertThat(frame.epoch()).isGreaterThan(analysed.get(i - 1).epoch());
            }
        }
    }

    @Property
    void shouldNotBeMovedByFramesItCallsDuplicateOrLate(@ForAll("logs") List<FrameStamp> log) {
        Progress before = null;
        for (FrameStamp frame : log) {
            Admission.Decision decision = admission.decide(before, frame, () -> false, () -> false);
            if (decision.skipped().filter(Set.of(DUPLICATE, LATE)::contains).isPresent()) {
                assertThat(decision.after()).isEqualTo(before);
            }
            before = decision.after();
        }
    }

    @Provide
    Arbitrary<List<FrameStamp>> logs() {
        Arbitrary<Long> epochs = Arbitraries.longs().between(1, 3);
        Arbitrary<Long> sequences = Arbitraries.longs().between(0, 90);
        Arbitrary<Long> times = Arbitraries.longs().between(0, 20 * PERIOD);
        return Combinators.combine(epochs, sequences, times)
                .as((epoch, sequence, time) -> new FrameStamp(epoch, sequence, time, 64, 48))
                .list()
                .ofMaxSize(60);
    }

    private Optional<SkipReason> decide(long epoch, long sequence, long timeMicros) {
        return decide(epoch, sequence, timeMicros, false);
    }

    private Optional<SkipReason> decide(long epoch, long sequence, long timeMicros, boolean shed) {
        FrameStamp frame = new FrameStamp(epoch, sequence, timeMicros, 64, 48);
        Admission.Decision decision = admission.decide(progress, frame, () -> false, () -> shed);
        progress = decision.after();
        return decision.skipped();
    }
}
