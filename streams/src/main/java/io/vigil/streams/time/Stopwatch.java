package io.vigil.streams.time;

import io.vigil.schema.StageTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Measures the stages of one analysis, one after the other. */
public final class Stopwatch {

    private final LongSupplier nanoTime;
    private final List<StageTiming> timings = new ArrayList<>();
    private long startedNanos;

    public Stopwatch() {
        this(System::nanoTime);
    }

    public Stopwatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.startedNanos = nanoTime.getAsLong();
    }

    /** Ends a stage; the next one starts now. */
    public void lap(String stage) {
        lap(stage, Duration.ZERO);
    }

    /**
     * Ends a stage; the next one starts now.
     *
     * @param earlier what the stage had taken before the analysis
     */
    public void lap(String stage, Duration earlier) {
        long now = nanoTime.getAsLong();
        timings.add(new StageTiming(stage, TimeUnit.NANOSECONDS.toMicros(now - startedNanos + earlier.toNanos())));
        startedNanos = now;
    }

    /** The stages so far, in order. */
    public List<StageTiming> timings() {
        return List.copyOf(timings);
    }

    /** The stages so far, in order, after those of an earlier stopwatch. */
    public List<StageTiming> timingsAfter(List<StageTiming> earlier) {
        return Stream.concat(earlier.stream(), timings.stream()).toList();
    }
}
