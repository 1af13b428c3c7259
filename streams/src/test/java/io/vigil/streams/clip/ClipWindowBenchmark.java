package io.vigil.streams.clip;

import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.testing.Microbenchmark;
import io.vigil.streams.time.Slots;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;

/** A camera's next frame: whether it is a sample, and of which clip the last. */
public class ClipWindowBenchmark extends Microbenchmark {

    private static final long FRAME_PERIOD_MICROS = 100_000;

    private final ClipWindow window =
            new ClipWindow(new ClipSpec(Slots.ofLength(Duration.ofMillis(250)), 8, 4, Duration.ofSeconds(2), 8));
    private long sequence;

    @Benchmark
    public ClipWindow.Turn moveToNextFrame() {
        FrameStamp frame = new FrameStamp(1, sequence, sequence * FRAME_PERIOD_MICROS, 640, 360);
        sequence++;
        return window.moveTo(frame);
    }
}
