package io.vigil.producers.encode;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Encodes pictures as baseline JPEG with OpenCV (libjpeg-turbo), on the calling thread alone. Thread-safe. */
public final class JpegEncoder {

    static {
        // cameras share the cores among themselves; a pool inside every call would only add switches
        setNumThreads(1);
    }

    private JpegEncoder() {}

    /**
     * Encodes one picture.
     *
     * @param bgr {@code (H, W, 3)} uint8, blue first; the caller keeps ownership
     * @param quality 1 to 100
     */
    public static Jpeg encode(Mat bgr, int quality) {
        try (BytePointer extension = new BytePointer(".jpg");
                BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(IMWRITE_JPEG_QUALITY, quality)) {
            if (!imencode(extension, bgr, encoded, parameters)) {
                throw new IllegalStateException("OpenCV cannot encode %dx%d as JPEG".formatted(bgr.cols(), bgr.rows()));
            }
            byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(bytes);
            return new Jpeg(bgr.cols(), bgr.rows(), bytes);
        }
    }

    /** Encodes a JPEG again at another quality; empty if it cannot be decoded. */
    public static Optional<Jpeg> encodeAgain(Jpeg jpeg, int quality) {
        try (BytePointer bytes = new BytePointer(jpeg.bytes());
                Mat buffer = new Mat(1, jpeg.bytes().length, CV_8UC1, bytes);
                Mat bgr = imdecode(buffer, IMREAD_COLOR)) {
            return bgr.empty() ? Optional.empty() : Optional.of(encode(bgr, quality));
        }
    }
}
