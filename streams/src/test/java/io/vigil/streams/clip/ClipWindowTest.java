package io.vigil.streams.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.time.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ClipWindowTest {

    private static final int FRAMES = 4;
    private static final int HOP = 2;
    private static final long STRIDE = 250_000;
    private static final long MAX_GAP = 3 * STRIDE;

    private final ClipSpec spec =
            new ClipSpec(Slots.ofLength(Duration.ofMillis(250)), FRAMES, HOP, Duration.ofMillis(750), FRAMES);
    private final ClipWindow window = new ClipWindow(spec);

    @Test
    void shouldMakeAClipAtTheFirstSampleOfEachHopOnceThereAreEnough() {
        List<List<Long>> clips = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            clips.add(sequences(window.moveTo(frame(i, i * STRIDE))));
        }

        assertThat(clips.get(4)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(clips.get(6)).containsExactly(3L, 4L, 5L, 6L);
        assertThat(clips.get(8)).containsExactly(5L, 6L, 7L, 8L);
        assertThat(clips).filteredOn(clip -> !clip.isEmpty()).hasSize(3);
    }

    @Test
    void shouldSampleTheFirstFrameOfAStrideOnly() {
        assertThat(window.moveTo(frame(0, 10)).isSample()).isTrue();
        assertThat(window.moveTo(frame(1, STRIDE - 1)).isSample()).isFalse();
        assertThat(window.moveTo(frame(2, STRIDE)).isSample()).isTrue();
    }

    @Test
    void shouldBridgeAPauseUpToTheGapAndStartAnewAfterALongerOne() {
        window.moveTo(frame(0, 0));
        window.moveTo(frame(1, STRIDE));

        assertThat(window.moveTo(frame(2, STRIDE + MAX_GAP)).expired()).isEmpty();
        ClipWindow.Turn afterPause = window.moveTo(frame(3, STRIDE + 2 * MAX_GAP + 1));
        assertThat(afterPause.expired()).containsExactly(0L, 1L, 4L);
        assertThat(afterPause.isSample()).isTrue();
    }

    @Test
    void shouldMakeAClipAtAHopWhoseFirstStrideIsMissing() {
        for (int i = 0; i < 4; i++) {
            window.moveTo(frame(i, i * STRIDE));
        }

        assertThat(sequences(window.moveTo(frame(4, 5 * STRIDE)))).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void shouldStartAnewWithANewEpochOrAnotherPictureSize() {
        window.moveTo(frame(0, 0));

        assertThat(window.moveTo(new FrameStamp(2, 0, 1, 64, 48)).isSample()).isTrue();
        assertThat(window.moveTo(new FrameStamp(2, 1, 2, 32, 48)).isSample()).isTrue();
    }

    @Test
    void framesAndHopMustBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClipSpec(spec.strides(), 0, HOP, spec.maxGap(), FRAMES));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClipSpec(spec.strides(), FRAMES, 0, spec.maxGap(), FRAMES));
    }

    @Test
    void keptMustBeEnoughForAClip() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClipSpec(spec.strides(), FRAMES, HOP, spec.maxGap(), FRAMES - 1));
    }

    @Test
    void shouldMakeClipsOfTheLastSamplesWhenMoreAreKept() {
        ClipWindow keeping = new ClipWindow(new ClipSpec(spec.strides(), FRAMES, HOP, spec.maxGap(), FRAMES + 2));
        List<List<Long>> clips = new ArrayList<>();
        List<Long> expired = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            ClipWindow.Turn turn = keeping.moveTo(frame(i, i * STRIDE));
            clips.add(sequences(turn));
            expired.addAll(turn.expired());
        }

        assertThat(clips.get(4)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(clips.get(8)).containsExactly(5L, 6L, 7L, 8L);
        assertThat(expired).containsExactly(0L, 1L, 2L);
        assertThat(keeping.samples())
                .extracting(sample -> sample.frame().sequence())
                .containsExactly(3L, 4L, 5L, 6L, 7L, 8L);
    }

    @Property
    void shouldMakeFullClipsInOrderWithoutALongPause(@ForAll("streams") List<FrameStamp> stream) {
        ClipWindow fresh = new ClipWindow(spec);
        for (FrameStamp frame : stream) {
            ClipWindow.Turn turn = fresh.moveTo(frame);
            if (!turn.clip().isEmpty()) {
                assertThat(turn.clip()).hasSize(FRAMES);
                assertThat(turn.clip().get(FRAMES - 1).frame()).isEqualTo(frame);
                for (int i = 1; i < FRAMES; i++) {
                    ClipWindow.Sample before = turn.clip().get(i - 1);
                    ClipWindow.Sample sample = turn.clip().get(i);
                    assertThat(sample.slot()).isGreaterThan(before.slot());
                    assertThat(sample.frame().timeMicros() - before.frame().timeMicros())
                            .isBetween(1L, MAX_GAP);
                }
            }
        }
    }

    @Property
    void shouldMakeAtMostOneClipPerHop(@ForAll("streams") List<FrameStamp> stream) {
        ClipWindow fresh = new ClipWindow(spec);
        List<Long> hops = new ArrayList<>();
        for (FrameStamp frame : stream) {
            ClipWindow.Turn turn = fresh.moveTo(frame);
            if (!turn.clip().isEmpty()) {
                hops.add(turn.slot() / HOP);
            }
        }

        assertThat(hops).doesNotHaveDuplicates().isSorted();
    }

    @Property
    void shouldGoOnTheSameAfterARestartAtAnyFrame(
            @ForAll("streams") List<FrameStamp> stream, @ForAll @IntRange(min = 0, max = 60) int restartAt) {
        ClipWindow uninterrupted = new ClipWindow(spec);
        ClipWindow restarted = new ClipWindow(spec);
        TreeMap<Long, FrameStamp> store = new TreeMap<>();
        for (int i = 0; i < stream.size(); i++) {
            if (i == restartAt) {
                restarted = new ClipWindow(spec);
                store.values().forEach(restarted::restore);
            }
            ClipWindow.Turn turn = restarted.moveTo(stream.get(i));
            turn.expired().forEach(store::remove);
            if (turn.isSample()) {
                store.put(turn.slot(), stream.get(i));
            }

            assertThat(turn).isEqualTo(uninterrupted.moveTo(stream.get(i)));
            assertThat(store).hasSizeLessThanOrEqualTo(FRAMES);
        }
    }

    @Provide
    Arbitrary<List<FrameStamp>> streams() {
        return Arbitraries.longs()
                .between(1, 10)
                .flatMap(scale -> Arbitraries.longs()
                        .between(1, scale * STRIDE / 2)
                        .list()
                        .ofMaxSize(60))
                .map(steps -> {
                    List<FrameStamp> frames = new ArrayList<>();
                    long time = 0;
                    for (long step : steps) {
                        time += step;
                        frames.add(frame(frames.size(), time));
                    }
                    return frames;
                });
    }

    private static FrameStamp frame(long sequence, long timeMicros) {
        return new FrameStamp(1, sequence, timeMicros, 64, 48);
    }

    private static List<Long> sequences(ClipWindow.Turn turn) {
        return turn.clip().stream().map(sample -> sample.frame().sequence()).toList();
    }
}
