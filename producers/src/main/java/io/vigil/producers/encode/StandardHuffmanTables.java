package io.vigil.producers.encode;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * The Huffman tables of ITU-T T.81, annex K.3, which motion JPEG takes for granted and leaves out of its pictures.
 *
 * <p>libjpeg writes exactly these unless told to optimise, so they are taken from a picture it encoded.
 */
final class StandardHuffmanTables {

    private static final int MARKER_BYTES = 2;
    private static final byte[] SEGMENTS = segmentsOf(encodedSample());

    private StandardHuffmanTables() {}

    /** The same picture with the tables in front. */
    static byte[] addTo(byte[] jpeg) {
        return ByteBuffer.allocate(jpeg.length + SEGMENTS.length)
                .put(jpeg, 0, MARKER_BYTES)
                .put(SEGMENTS)
                .put(jpeg, MARKER_BYTES, jpeg.length - MARKER_BYTES)
                .array();
    }

    private static byte[] encodedSample() {
        try (Mat sample = new Mat(16, 16, CV_8UC3, Scalar.GRAY)) {
            return JpegEncoder.encode(sample, 90).bytes();
        }
    }

    private static byte[] segmentsOf(byte[] jpeg) {
        ByteArrayOutputStream tables = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(jpeg).position(MARKER_BYTES);
        int marker = in.getShort() & 0xFFFF;
        while (marker != 0xFFDA) {
            int start = in.position();
            int length = in.getShort(start) & 0xFFFF;
            if (marker == 0xFFC4) {
                tables.write(jpeg, start - MARKER_BYTES, MARKER_BYTES + length);
            }
            in.position(start + length);
            marker = in.getShort() & 0xFFFF;
        }
        return tables.toByteArray();
    }
}
