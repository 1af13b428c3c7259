package io.vigil.streams.frame;

import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * A picture in memory. One from a {@link FrameDecoder} has pixels that belong to the decoder and are valid until it decodes
 * the next.
 */
public final class Picture {

    private final Mat pixels;
    private final int width;
    private final int height;

    /**
     * @param pixels 8-bit RGB, possibly at a fraction of the original size
     * @param width of the original, pixels
     * @param height of the original, pixels
     */
    Picture(Mat pixels, int width, int height) {
        this.pixels = pixels;
        this.width = width;
        this.height = height;
    }

    /** A grey picture, for a model's first run; its pixels are released with it. */
    public static Picture grey(int width, int height) {
        OpenCv.load();
        return new Picture(new Mat(height, width, opencv_core.CV_8UC3, Scalar.all(128)), width, height);
    }

    /** Of the original, pixels. */
    public int width() {
        return width;
    }

    /** Of the original, pixels. */
    public int height() {
        return height;
    }

    Mat pixels() {
        return pixels;
    }
}
