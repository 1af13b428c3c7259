package io.vigil.streams.rules;

/**
 * A place in the picture.
 *
 * @param x 0 at the left edge, 1 at the right one
 * @param y 0 at the top, 1 at the bottom
 */
public record Point(double x, double y) {

    double distanceTo(Point other) {
        return Math.hypot(x - other.x, y - other.y);
    }
}
