package io.vigil.producers.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;

/** Reads and bends JPEG streams without the code under test. */
public final class Jpegs {

    private Jpegs() {}

    public static BufferedImage decode(byte[] jpeg) {
        try {
            return ImageIO.read(new ByteArrayInputStream(jpeg));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
