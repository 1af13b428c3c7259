package io.vigil.streams.tracking;

import io.vigil.streams.detection.BoundingBox;

/**
 * Where a box is and how it moves: centre, aspect ratio and height, each with its velocity.
 *
 * <p>The uncertainties grow with the height of the box, with the weights of DeepSORT and ByteTrack. Those count frames at 30 per
 * second; here a unit of time is 1/30 s of event time, so that the motion does not depend on the analysis rate.
 *
 * @param x of the centre, pixels
 * @param y of the centre, pixels
 * @param aspect width over height
 * @param height pixels
 */
record BoxMotion(AxisEstimate x, AxisEstimate y, AxisEstimate aspect, AxisEstimate height) {

    private static final double UNITS_PER_MICRO = 30 / 1e6;
    private static final double POSITION_WEIGHT = 1 / 20.0;
    private static final double VELOCITY_WEIGHT = 1 / 160.0;
    private static final double ASPECT_NOISE = 1e-2;
    private static final double ASPECT_VELOCITY_NOISE = 1e-5;
    private static final double ASPECT_DEVIATION = 1e-1;

    static BoxMotion startingAt(BoundingBox box) {
        double position = 2 * POSITION_WEIGHT * box.height();
        double velocity = 10 * VELOCITY_WEIGHT * box.height();
        return new BoxMotion(
                AxisEstimate.atRest(centreX(box), position, velocity),
                AxisEstimate.atRest(centreY(box), position, velocity),
                AxisEstimate.atRest(aspect(box), ASPECT_NOISE, ASPECT_VELOCITY_NOISE),
                AxisEstimate.atRest(box.height(), position, velocity));
    }

    BoxMotion predicted(long micros) {
        double time = micros * UNITS_PER_MICRO;
        double position = POSITION_WEIGHT * size();
        double velocity = VELOCITY_WEIGHT * size();
        return new BoxMotion(
                x.predicted(time, position, velocity),
                y.predicted(time, position, velocity),
                aspect.predicted(time, ASPECT_NOISE, ASPECT_VELOCITY_NOISE),
                height.predicted(time, position, velocity));
    }

    BoxMotion corrected(BoundingBox box) {
        double deviation = POSITION_WEIGHT * size();
        return new BoxMotion(
                x.corrected(centreX(box), deviation),
                y.corrected(centreY(box), deviation),
                aspect.corrected(aspect(box), ASPECT_DEVIATION),
                height.corrected(box.height(), deviation));
    }

    /** The same, but no longer growing or shrinking: of an object out of sight nothing else is plausible. */
    BoxMotion withoutGrowth() {
        return new BoxMotion(x, y, aspect, height.halted());
    }

    BoundingBox box() {
        double h = size();
        double w = Math.max(1, aspect.position() * h);
        return new BoundingBox(
                (float) (x.position() - w / 2), (float) (y.position() - h / 2), (float) (x.position() + w / 2), (float)
                        (y.position() + h / 2));
    }

    /** A prediction may shrink a box to nothing; a pixel is left. */
    private double size() {
        return Math.max(1, height.position());
    }

    private static double centreX(BoundingBox box) {
        return (box.x1() + (double) box.x2()) / 2;
    }

    private static double centreY(BoundingBox box) {
        return (box.y1() + (double) box.y2()) / 2;
    }

    private static double aspect(BoundingBox box) {
        return box.width() / (double) box.height();
    }
}
