package io.vigil.console.bench;

/**
 * How fast something goes that is seen in bursts, as results that share a commit are: the slope of the line of least squares through numbers
 * over times. From the first to the last alone, it would depend on where in their bursts those two are.
 */
final class SteadyRate {

    private SteadyRate() {}

    /**
     * Per second.
     *
     * @param nanos when each was seen, ascending, at two times at least
     */
    static double of(long[] nanos) {
        double meanNumber = (nanos.length - 1) / 2.0;
        double meanSeconds = 0;
        for (long time : nanos) {
            meanSeconds += seconds(time - nanos[0]) / nanos.length;
        }
        double together = 0;
        double spread = 0;
        for (int number = 0; number < nanos.length; number++) {
            double offset = seconds(nanos[number] - nanos[0]) - meanSeconds;
            together += offset * (number - meanNumber);
            spread += offset * offset;
        }
        return together / spread;
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
