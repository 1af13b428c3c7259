package io.vigil.console.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vigil.streams.clip.ClipSpec;
import io.vigil.streams.clip.ClipWindow;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.support.SupportSpec;
import io.vigil.streams.support.SupportWindow;
import io.vigil.streams.time.Slots;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is compared between numbers of cameras must be the same work, however few frames each of them has. */
class FrameTimesTest {

    private static final Duration PERIOD = Duration.ofMillis(100);
    private static final Instant START = Instant.parse("2026-03-01T12:34:56.789Z");
    private static final int FRAMES = 320;
    private static final int HOP = 4;

    @ParameterizedTest
    @CsvSource({
        // cameras, support frames, slot, samples, stride
        "1,  6, 1000, 8, 250",
        "4,  6, 1000, 8, 250",
        "64, 6, 1000, 8, 250",
        "64, 14, 500, 8, 250",
        "64, 2, 200, 16, 300",
    })
    void shouldGiveFramesTheWorkOfCamerasThatRunForLong(int cameras, int supports, int slot, int samples, int stride) {
        FrameTimes times = FrameTimes.of(
                new Manifest.Temporal(supports, slot, null), new Manifest.Temporal(samples, stride, null), HOP, PERIOD);
        int supportFrames = 0;
        int firstOfSlot = 0;
        int clips = 0;

        for (int camera = 0; camera < cameras; camera++) {
            SupportWindow supportWindow = new SupportWindow(new SupportSpec(slots(slot), supports));
            ClipWindow clipWindow =
                    new ClipWindow(new ClipSpec(slots(stride), samples, HOP, Duration.ofMillis(3L * stride), samples));
            for (int sequence = 0; sequence < times.warmUp() + FRAMES / cameras; sequence++) {
                FrameStamp frame = stamp(sequence, times.at(camera, cameras, sequence));
                SupportWindow.Turn turn = supportWindow.moveTo(frame);
                if (turn.isSupport()) {
                    supportWindow.add(frame);
                }
                boolean clip = !clipWindow.moveTo(frame).clip().isEmpty();
                if (sequence >= times.warmUp()) {
                    supportFrames += turn.supports().size();
                    firstOfSlot += turn.isSupport() ? 1 : 0;
                    clips += clip ? 1 : 0;
                }
            }
        }

        double perSlot = PERIOD.toMillis() / (double) slot;
        double perHop = PERIOD.toMillis() / (double) (HOP * stride);
        assertThat(firstOfSlot / (double) FRAMES).isCloseTo(perSlot, within(perSlot / 10));
        assertThat(supportFrames / (double) FRAMES).isCloseTo(supports - perSlot, within(0.1));
        assertThat(clips / (double) FRAMES).isCloseTo(perHop, within(perHop / 10));
    }

    private static Slots slots(long millis) {
        return Slots.ofLength(Duration.ofMillis(millis));
    }

    private static FrameStamp stamp(long sequence, Duration since) {
        Instant time = START.plus(since);
        return new FrameStamp(1, sequence, time.toEpochMilli() * 1_000, 640, 360);
    }
}
