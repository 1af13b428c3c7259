package io.vigil.streams.rules;

/** A straight line from one place to another. */
public record Segment(Point from, Point to) {

    public Segment {
        if (from.equals(to)) {
            throw new IllegalArgumentException("a line needs two different points, both are %s".formatted(from));
        }
    }

    /**
     * The distance from the endless line through both points: positive on the right of somebody who looks from the first to the
     * second, negative on the left.
     */
    double signedDistance(Point point) {
        return turn(from, to, point) / from.distanceTo(to);
    }

    /** The distance from the nearest point between the ends. */
    double distance(Point point) {
        double length = from.distanceTo(to);
        double along = ((point.x() - from.x()) * (to.x() - from.x()) + (point.y() - from.y()) * (to.y() - from.y()))
                / (length * length);
        double nearest = Math.max(0, Math.min(1, along));
        return point.distanceTo(
                new Point(from.x() + nearest * (to.x() - from.x()), from.y() + nearest * (to.y() - from.y())));
    }

    /** Whether somebody who walks straight from {@code start} to {@code end} touches this line between its ends. */
    boolean isCrossed(Point start, Point end) {
        return turn(from, to, start) * turn(from, to, end) <= 0 && turn(start, end, from) * turn(start, end, to) <= 0;
    }

    /** Twice the area of a triangle, positive when its corners go clockwise as the picture is seen. */
    private static double turn(Point a, Point b, Point c) {
        return (b.x() - a.x()) * (c.y() - a.y()) - (b.y() - a.y()) * (c.x() - a.x());
    }
}
