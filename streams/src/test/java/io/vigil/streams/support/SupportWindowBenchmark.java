package io.vigil.streams.support;

import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.testing.Microbenchmark;
import io.vigil.streams.time.Slots;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;

/** A camera's next frame: its slot, its support frames, what leaves the window. */
public class SupportWindowBenchmark extends Microbenchmark {

    private static final long FRAME_PERIOD_MICROS = 100_000;

    private final SupportWindow window = new SupportWindow(new SupportSpec(Slots.ofLength(Duration.ofSeconds(1)), 6));
    private long sequence;

    @Benchmark
    public SupportWindow.Turn moveToNextFrame() {
        FrameStamp frame = new FrameStamp(1, sequence, sequence * FRAME_PERIOD_MICROS, 640, 360);
        sequence++;
        SupportWindow.Turn turn = window.moveTo(frame);
        if (turn.isSupport()) {
            window.add(frame);
        }
        return turn;
    }
}
