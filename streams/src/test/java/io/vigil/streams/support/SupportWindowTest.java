package io.vigil.streams.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.time.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SupportWindowTest {

    private static final int CAPACITY = 3;
    private static final long SLOT = 1_000_000;

    private final SupportSpec spec = new SupportSpec(Slots.ofLength(Duration.ofSeconds(1)), CAPACITY);
    private final SupportWindow window = new SupportWindow(spec);

    @Test
    void shouldNotSupportAFrameByItself() {
        SupportWindow.Turn turn = window.moveTo(frame(0, 0));

        assertThat(turn.supports()).isEmpty();
        assertThat(turn.isSupport()).isTrue();
    }

    @Test
    void shouldSupportLaterFramesOfASlotByItsFirst() {
        take(frame(0, 0));

        SupportWindow.Turn turn = take(frame(1, SLOT / 2));

        assertThat(sequences(turn)).containsExactly(0L);
        assertThat(turn.isSupport()).isFalse();
    }

    @Test
    void shouldHoldTheLastSlotsTheCurrentOneIncluded() {
        take(frame(0, 0));
        take(frame(1, SLOT));
        take(frame(2, 2 * SLOT));

        assertThat(sequences(window.moveTo(frame(3, 2 * SLOT + 1)))).containsExactly(0L, 1L, 2L);
        SupportWindow.Turn next = window.moveTo(frame(4, 3 * SLOT));
        assertThat(sequences(next)).containsExactly(1L, 2L);
        assertThat(next.expired()).containsExactly(0L);
    }

    @Test
    void shouldCountEmptySlots() {
        take(frame(0, 0));

        assertThat(sequences(window.moveTo(frame(1, 2 * SLOT)))).containsExactly(0L);
        assertThat(sequences(window.moveTo(frame(1, 3 * SLOT)))).isEmpty();
    }

    @Test
    void shouldStartAnewWithANewEpoch() {
        take(frame(0, 0));
        take(frame(1, SLOT));

        SupportWindow.Turn turn = window.moveTo(new FrameStamp(2, 0, SLOT + 1, 64, 48));

        assertThat(turn.supports()).isEmpty();
        assertThat(turn.expired()).containsExactly(0L, 1L);
        assertThat(turn.isSupport()).isTrue();
    }

    @Test
    void shouldStartAnewWithAnotherPictureSize() {
        take(frame(0, 0));

        SupportWindow.Turn turn = window.moveTo(new FrameStamp(1, 1, 1, 32, 48));

        assertThat(turn.supports()).isEmpty();
        assertThat(turn.isSupport()).isTrue();
    }

    @Test
    void shouldLeaveTheSlotToTheNextFrameWhenTheFirstIsNotTaken() {
        window.moveTo(frame(0, 0));

        assertThat(window.moveTo(frame(1, 1)).isSupport()).isTrue();
    }

    @Test
    void shouldRefuseASecondSupportFrameOfASlot() {
        take(frame(0, 0));

        assertThatIllegalStateException().isThrownBy(() -> window.add(frame(1, 1)));
    }

    @Test
    void capacityMustBePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SupportSpec(spec.slots(), 0));
    }

    /** The definition, without a window: look back over the whole log for every key frame. */
    @Property
    void shouldAgreeWithTheDefinition(@ForAll("streams") List<FrameStamp> stream) {
        SupportWindow fresh = new SupportWindow(spec);
        for (int i = 0; i < stream.size(); i++) {
            SupportWindow.Turn turn = take(fresh, stream.get(i));

            assertThat(turn.supports())
                    .extracting(SupportWindow.Support::frame)
                    .isEqualTo(definition(stream.subList(0, i), stream.get(i)));
        }
    }

    @Property
    void shouldGoOnTheSameAfterARestartAtAnyFrame(
            @ForAll("streams") List<FrameStamp> stream, @ForAll @IntRange(min = 0, max = 40) int restartAt) {
        SupportWindow uninterrupted = new SupportWindow(spec);
        SupportWindow restarted = new SupportWindow(spec);
        TreeMap<Long, FrameStamp> store = new TreeMap<>();
        for (int i = 0; i < stream.size(); i++) {
            FrameStamp key = stream.get(i);
            if (i == restartAt) {
                restarted = new SupportWindow(spec);
                store.values().forEach(restarted::add);
            }
            SupportWindow.Turn turn = restarted.moveTo(key);
            turn.expired().forEach(store::remove);
            if (turn.isSupport()) {
                store.put(turn.slot(), key);
                restarted.add(key);
            }

            assertThat(turn.supports()).isEqualTo(take(uninterrupted, key).supports());
            assertThat(store).hasSizeLessThanOrEqualTo(CAPACITY);
        }
    }

    /** Frames in the order in which admission lets them pass: time and epoch never go back. */
    @Provide
    Arbitrary<List<FrameStamp>> streams() {
        record Step(long micros, boolean newEpoch, boolean newSize) {}
        Arbitrary<Step> steps = Combinators.combine(
                        Arbitraries.longs().between(1, 2 * SLOT),
                        Arbitraries.integers().between(0, 9).map(n -> n == 0),
                        Arbitraries.integers().between(0, 9).map(n -> n == 0))
                .as(Step::new);
        return steps.list().ofMaxSize(40).map(list -> {
            List<FrameStamp> frames = new ArrayList<>();
            FrameStamp last = frame(0, 0);
            for (Step step : list) {
                last = new FrameStamp(
                        last.epoch() + (step.newEpoch() ? 1 : 0),
                        last.sequence() + 1,
                        last.timeMicros() + step.micros(),
                        step.newSize() ? 96 - last.width() : last.width(),
                        48);
                frames.add(last);
            }
            return frames;
        });
    }

    private static List<FrameStamp> definition(List<FrameStamp> earlier, FrameStamp key) {
        int start = earlier.size();
        while (start > 0 && key.continues(earlier.get(start - 1))) {
            start--;
        }
        TreeMap<Long, FrameStamp> firstOfSlot = new TreeMap<>();
        earlier.subList(start, earlier.size())
                .forEach(frame -> firstOfSlot.putIfAbsent(slot(frame.timeMicros()), frame));
        return List.copyOf(
                firstOfSlot.tailMap(slot(key.timeMicros()) - CAPACITY, false).values());
    }

    private SupportWindow.Turn take(FrameStamp key) {
        return take(window, key);
    }

    private static SupportWindow.Turn take(SupportWindow window, FrameStamp key) {
        SupportWindow.Turn turn = window.moveTo(key);
        if (turn.isSupport()) {
            window.add(key);
        }
        return turn;
    }

    private static FrameStamp frame(long sequence, long timeMicros) {
        return new FrameStamp(1, sequence, timeMicros, 64, 48);
    }

    private static List<Long> sequences(SupportWindow.Turn turn) {
        return turn.supports().stream()
                .map(support -> support.frame().sequence())
                .toList();
    }

    private static long slot(long timeMicros) {
        return timeMicros / SLOT;
    }
}
