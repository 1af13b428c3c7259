package io.vigil.streams.testing;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imread;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Small JPEG pictures. */
public final class Jpegs {

    private static final String STREET = "../docs/images/real-footage-found.jpg";

    private Jpegs() {}

    /** One grey level all over; decodes to exactly this level. */
    public static byte[] grey(int width, int height, int level) {
        return colour(width, height, level, level, level);
    }

    /** One colour all over. */
    public static byte[] colour(int width, int height, int red, int green, int blue) {
        try (Mat picture = new Mat(height, width, CV_8UC3, new Scalar(blue, green, red, 0))) {
            return encoded(".jpg", picture, IMWRITE_JPEG_QUALITY, 100);
        }
    }

    /** Noise, which does not compress: many bytes for few pixels. */
    public static byte[] noise(int width, int height) {
        return noise(width, height, IMWRITE_JPEG_QUALITY, 90);
    }

    /** A photograph of a street, scaled to this size and compressed as cameras do. */
    public static byte[] street(int width, int height) {
        try (Mat photograph = imread(STREET);
                Mat scaled = new Mat();
                Size size = new Size(width, height)) {
            resize(photograph, scaled, size);
            return encoded(".jpg", scaled, IMWRITE_JPEG_QUALITY, 85);
        }
    }

    public static byte[] progressiveNoise(int width, int height) {
        return noise(width, height, IMWRITE_JPEG_PROGRESSIVE, 1);
    }

    public static byte[] monochrome(int width, int height, int level) {
        try (Mat picture = new Mat(height, width, CV_8UC1, Scalar.all(level))) {
            return encoded(".jpg", picture, IMWRITE_JPEG_QUALITY, 100);
        }
    }

    /** No JPEG at all. */
    public static byte[] png(int width, int height) {
        try (Mat picture = new Mat(height, width, CV_8UC3, Scalar.all(100))) {
            return encoded(".png", picture);
        }
    }

    private static byte[] noise(int width, int height, int... options) {
        byte[] pixels = new byte[width * height * 3];
        new Random(7).nextBytes(pixels);
        try (BytePointer memory = new BytePointer(pixels);
                Mat picture = new Mat(height, width, CV_8UC3, memory)) {
            return encoded(".jpg", picture, options);
        }
    }

    private static byte[] encoded(String format, Mat picture, int... options) {
        try (BytePointer out = new BytePointer();
                IntPointer settings = new IntPointer(options)) {
            if (!imencode(format, picture, out, settings)) {
                throw new IllegalStateException("cannot encode a test picture as %s".formatted(format));
            }
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }
}
