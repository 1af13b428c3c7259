package io.vigil.streams.tracking;

/**
 * A Kalman filter's estimate of one coordinate that moves at a nearly constant velocity.
 *
 * <p>The filter of SORT and its successors has eight dimensions, but all its matrices join only a coordinate with its own
 * velocity: it is four of these.
 *
 * @param position the coordinate
 * @param velocity its change per unit of time
 * @param positionVariance uncertainty of the position
 * @param covariance of position and velocity
 * @param velocityVariance uncertainty of the velocity
 */
record AxisEstimate(
        double position, double velocity, double positionVariance, double covariance, double velocityVariance) {

    /** At rest, with these standard deviations. */
    static AxisEstimate atRest(double position, double positionDeviation, double velocityDeviation) {
        return new AxisEstimate(
                position, 0, positionDeviation * positionDeviation, 0, velocityDeviation * velocityDeviation);
    }

    /**
     * The estimate some time later.
     *
     * @param time how much later, units of time
     * @param positionNoise standard deviation that one unit of time adds to the position
     * @param velocityNoise standard deviation that one unit of time adds to the velocity
     */
    AxisEstimate predicted(double time, double positionNoise, double velocityNoise) {
        return new AxisEstimate(
                position + time * velocity,
                velocity,
                positionVariance
                        + 2 * time * covariance
                        + time * time * velocityVariance
                        + time * positionNoise * positionNoise,
                covariance + time * velocityVariance,
                velocityVariance + time * velocityNoise * velocityNoise);
    }

    /** The estimate after a measurement of the position with this standard deviation. */
    AxisEstimate corrected(double measured, double deviation) {
        double spread = positionVariance + deviation * deviation;
        double positionGain = positionVariance / spread;
        double velocityGain = covariance / spread;
        double surprise = measured - position;
        return new AxisEstimate(
                position + positionGain * surprise,
                velocity + velocityGain * surprise,
                positionVariance - positionGain * positionVariance,
                covariance - positionGain * covariance,
                velocityVariance - velocityGain * covariance);
    }

    /** The same place, no longer moving. */
    AxisEstimate halted() {
        return new AxisEstimate(position, 0, positionVariance, covariance, velocityVariance);
    }
}
