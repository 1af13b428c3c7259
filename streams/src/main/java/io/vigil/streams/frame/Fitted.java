package io.vigil.streams.frame;

/**
 * The way of one picture into a model's input: scaled, then cut or padded to the input's size.
 *
 * @param sourceWidth of the picture, pixels
 * @param sourceHeight of the picture, pixels
 * @param scaledWidth of the picture after scaling, pixels of the input
 * @param scaledHeight of the picture after scaling, pixels of the input
 * @param left columns of the scaled picture that are cut off on the left
 * @param top rows of the scaled picture that are cut off above
 * @param width of the input, pixels
 * @param height of the input, pixels
 */
public record Fitted(
        int sourceWidth,
        int sourceHeight,
        int scaledWidth,
        int scaledHeight,
        int left,
        int top,
        int width,
        int height) {

    private static final int CHANNELS = 3;

    /** Width of what the input shows of the picture; padding is on its right. */
    public int contentWidth() {
        return Math.min(width, scaledWidth - left);
    }

    /** Height of what the input shows of the picture; padding is below it. */
    public int contentHeight() {
        return Math.min(height, scaledHeight - top);
    }

    /** Size of the input as {@code uint8} RGB, bytes. */
    public int bytes() {
        return width * height * CHANNELS;
    }

    /** A column of the input, as a column of the picture. */
    public float sourceX(float x) {
        return (x + left) * sourceWidth / scaledWidth;
    }

    /** A row of the input, as a row of the picture. */
    public float sourceY(float y) {
        return (y + top) * sourceHeight / scaledHeight;
    }
}
