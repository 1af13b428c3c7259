package io.vigil.sinks.onvif;

/**
 * A rectangle in ONVIF's normalized coordinates: -1 to 1 from the left edge of the picture to the right, and from the lower edge to
 * the upper.
 */
public record Rectangle(float left, float top, float right, float bottom) {

    /** A box in pixels, from the upper left corner of a picture; what lies outside of the picture is cut off. */
    static Rectangle ofPixels(float x, float y, float w, float h, int pictureWidth, int pictureHeight) {
        return new Rectangle(
                across(x, pictureWidth),
                -across(y, pictureHeight),
                across(x + w, pictureWidth),
                -across(y + h, pictureHeight));
    }

    float centreX() {
        return (left + right) / 2;
    }

    float centreY() {
        return (top + bottom) / 2;
    }

    private static float across(float pixels, int size) {
        return Math.max(-1, Math.min(1, 2 * pixels / size - 1));
    }
}
