package io.vigil.console.results;

import org.HdrHistogram.Histogram;

/** Percentiles of one duration, milliseconds, with three significant digits; all 0 when nothing was measured. */
public record Percentiles(double p50, double p95, double p99) {

    static Percentiles of(Histogram micros) {
        return new Percentiles(millis(micros, 50), millis(micros, 95), millis(micros, 99));
    }

    static double millis(Histogram micros, double percentile) {
        return micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percentile) / 1000.0;
    }
}
