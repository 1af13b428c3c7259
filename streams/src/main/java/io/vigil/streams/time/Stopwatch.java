package io.vigil.streams.time;

import io.vigil.schema.StageTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Measures the stages of one analysis, one after the other. */
public final class Stopwatch {

    private final List<StageTiming> timings = new ArrayList<>();
    private long startedNanos = System.nanoTime();

    /** Ends a stage; the next one starts now. */
    public void lap(String stage) {
        long now = System.nanoTime();
        timings.add(new StageTiming(stage, TimeUnit.NANOSECONDS.toMicros(now - startedNanos)));
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
