package io.vigil.producers.testing;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.vigil.producers.encode.JpegEncoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Random;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Makes, reads and bends JPEG streams. */
public final class Jpegs {

    private Jpegs() {}

    public static BufferedImage decode(byte[] jpeg) {
        try {
            return ImageIO.read(new ByteArrayInputStream(jpeg));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A picture that compresses badly. */
    public static byte[] noise(int width, int height, int quality) {
        byte[] pixels = new byte[width * height * 3];
        new Random(quality).nextBytes(pixels);
        try (BytePointer data = new BytePointer(pixels);
                Mat picture = new Mat(height, width, CV_8UC3, data)) {
            return JpegEncoder.encode(picture, quality).bytes();
        }
    }

    /** The picture as motion JPEG has it: without its Huffman tables. */
    public static byte[] withoutHuffmanTables(byte[] jpeg) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(jpeg);
        out.write(jpeg, 0, 2);
        int at = 2;
        while ((in.getShort(at) & 0xFFFF) != 0xFFDA) {
            int length = 2 + (in.getShort(at + 2) & 0xFFFF);
            if ((in.getShort(at) & 0xFFFF) != 0xFFC4) {
                out.write(jpeg, at, length);
            }
            at += length;
        }
        out.write(jpeg, at, jpeg.length - at);
        return out.toByteArray();
    }
}
