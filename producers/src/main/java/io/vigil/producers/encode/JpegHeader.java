package io.vigil.producers.encode;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a JPEG stream says about itself before its picture data (ITU-T T.81, annex B).
 *
 * @param width pixels
 * @param height pixels
 * @param hasHuffmanTables whether it can be decoded by itself; webcams and AVI files leave the standard tables out
 */
public record JpegHeader(int width, int height, boolean hasHuffmanTables) {

    private static final int START_OF_IMAGE = 0xD8;
    private static final int HUFFMAN_TABLES = 0xC4;
    private static final int ARITHMETIC_TABLES = 0xCC;
    private static final int JPEG_EXTENSION = 0xC8;
    private static final int START_OF_SCAN = 0xDA;

    /** The picture of this header in a form that every decoder reads, with the standard tables if it has none. */
    public Jpeg complete(byte[] bytes) {
        return new Jpeg(width, height, hasHuffmanTables ? bytes : StandardHuffmanTables.addTo(bytes));
    }

    /** Reads the header; empty if the bytes do not start with a complete one. */
    public static Optional<JpegHeader> read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int width = 0;
        int height = 0;
        boolean tables = false;
        try {
            if (nextMarker(in) != START_OF_IMAGE) {
                return Optional.empty();
            }
            for (int marker = nextMarker(in); marker != START_OF_SCAN; marker = nextMarker(in)) {
                if (marker < 0) {
                    return Optional.empty();
                }
                int start = in.position();
                int length = in.getShort() & 0xFFFF;
                if (isStartOfFrame(marker)) {
                    in.get();
                    height = in.getShort() & 0xFFFF;
                    width = in.getShort() & 0xFFFF;
                } else if (marker == HUFFMAN_TABLES) {
                    tables = true;
                }
                in.position(start + length);
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return width > 0 && height > 0 ? Optional.of(new JpegHeader(width, height, tables)) : Optional.empty();
    }

    /** The next marker's code; -1 where something else stands. */
    private static int nextMarker(ByteBuffer in) {
        if ((in.get() & 0xFF) != 0xFF) {
            return -1;
        }
        int code = in.get() & 0xFF;
        while (code == 0xFF) {
            code = in.get() & 0xFF;
        }
        return code;
    }

    private static boolean isStartOfFrame(int marker) {
        return marker >= 0xC0
                && marker <= 0xCF
                && marker != HUFFMAN_TABLES
                && marker != JPEG_EXTENSION
                && marker != ARITHMETIC_TABLES;
    }
}
