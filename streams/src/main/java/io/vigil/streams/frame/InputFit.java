package io.vigil.streams.frame;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a picture of any size becomes a model's input (docs/model-package.md, {@code input}).
 *
 * @param width of the input, pixels; {@code FIT}: of a landscape input at most
 * @param height of the input, pixels; {@code FIT}: of a landscape input at most
 * @param resize how the picture meets that size
 * @param multiple {@code FIT} pads right and bottom to a multiple of this, pixels
 */
public record InputFit(int width, int height, Resize resize, int multiple) {

    /** How a picture meets the size of the input. */
    public enum Resize {
        /** Keep the ratio, longer side within the longer, shorter within the shorter, then pad. */
        @JsonProperty("fit")
        FIT,
        /** Keep the ratio, shorter side to 8/7 of the height, then cut the centre out. */
        @JsonProperty("crop")
        CROP,
        /** Exactly the size, whatever the ratio. */
        @JsonProperty("stretch")
        STRETCH
    }

    private static final int MAX_SIDE = 8192;

    public InputFit {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "input must be 1 to %d pixels wide and high: %d x %d".formatted(MAX_SIDE, width, height));
        }
        if (multiple < 1 || multiple > MAX_SIDE) {
            throw new IllegalArgumentException("input.multiple must be 1 to %d: %d".formatted(MAX_SIDE, multiple));
        }
        if (resize == Resize.CROP && width > shorterSide(height)) {
            throw new IllegalArgumentException("an input of %d x %d cannot be cropped from pictures of %d pixels"
                    .formatted(width, height, shorterSide(height)));
        }
    }

    /** The geometry for pictures of this size. */
    public Fitted fit(int sourceWidth, int sourceHeight) {
        return switch (resize) {
            case FIT -> fitInside(sourceWidth, sourceHeight);
            case CROP -> crop(sourceWidth, sourceHeight);
            case STRETCH -> new Fitted(sourceWidth, sourceHeight, width, height, 0, 0, width, height);
        };
    }

    private Fitted fitInside(int sourceWidth, int sourceHeight) {
        long longer = Math.max(sourceWidth, sourceHeight);
        long shorter = Math.min(sourceWidth, sourceHeight);
        long longerLimit = Math.max(width, height);
        long shorterLimit = Math.min(width, height);
        boolean longerDecides = longerLimit * shorter <= shorterLimit * longer;
        long numerator = longerDecides ? longerLimit : shorterLimit;
        long denominator = longerDecides ? longer : shorter;
        int scaledWidth = scaled(sourceWidth, numerator, denominator);
        int scaledHeight = scaled(sourceHeight, numerator, denominator);
        return new Fitted(
                sourceWidth, sourceHeight, scaledWidth, scaledHeight, 0, 0, padded(scaledWidth), padded(scaledHeight));
    }

    private Fitted crop(int sourceWidth, int sourceHeight) {
        long shorter = Math.min(sourceWidth, sourceHeight);
        int scaledWidth = scaled(sourceWidth, shorterSide(height), shorter);
        int scaledHeight = scaled(sourceHeight, shorterSide(height), shorter);
        return new Fitted(
                sourceWidth,
                sourceHeight,
                scaledWidth,
                scaledHeight,
                (scaledWidth - width) / 2,
                (scaledHeight - height) / 2,
                width,
                height);
    }

    private int padded(int size) {
        return (size + multiple - 1) / multiple * multiple;
    }

    private static int shorterSide(int height) {
        return scaled(height, 8, 7);
    }

    /** {@code size * numerator / denominator}, rounded half up, at least 1. */
    private static int scaled(long size, long numerator, long denominator) {
        return Math.max(1, Math.toIntExact((2 * size * numerator + denominator) / (2 * denominator)));
    }
}
