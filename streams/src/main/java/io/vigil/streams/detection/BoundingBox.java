package io.vigil.streams.detection;

/**
 * A rectangle, {@code [x1, x2) x [y1, y2)}, in pixels of whatever picture the context says.
 *
 * @param x1 left edge
 * @param y1 top edge
 * @param x2 right edge
 * @param y2 bottom edge
 */
public record BoundingBox(float x1, float y1, float x2, float y2) {

    public float width() {
        return x2 - x1;
    }

    public float height() {
        return y2 - y1;
    }

    /** False for a box without area, and for one with an edge that is not a number. */
    public boolean hasArea() {
        return width() > 0 && height() > 0 && Float.isFinite(width()) && Float.isFinite(height());
    }

    /** Intersection over union, 0 to 1. */
    public double iou(BoundingBox other) {
        double overlapWidth = Math.min(x2, other.x2) - (double) Math.max(x1, other.x1);
        double overlapHeight = Math.min(y2, other.y2) - (double) Math.max(y1, other.y1);
        if (overlapWidth <= 0 || overlapHeight <= 0) {
            return 0;
        }
        double overlap = overlapWidth * overlapHeight;
        return overlap / (area() + other.area() - overlap);
    }

    /** What of the box lies in a picture of this size. */
    public BoundingBox clippedTo(int width, int height) {
        return new BoundingBox(clamp(x1, width), clamp(y1, height), clamp(x2, width), clamp(y2, height));
    }

    private static float clamp(float value, int max) {
        return Math.max(0, Math.min(value, max));
    }

    private double area() {
        return (double) width() * height();
    }
}
