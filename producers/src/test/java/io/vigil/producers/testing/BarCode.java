package io.vigil.producers.testing;

import java.awt.image.BufferedImage;
import java.util.OptionalLong;

/** Reads the frame number out of a test pattern's picture, as a reader in another language would. */
public final class BarCode {

    private static final int CELLS = 40;
    private static final int STRIP_HEIGHT = 16;
    private static final int CHECK_SEED = 10;

    private BarCode() {}

    /** The frame number modulo 2^32; empty if the marks or the check bits are wrong. */
    public static OptionalLong read(BufferedImage picture) {
        long code = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            int x = (int) ((cell + 0.5) * picture.getWidth() / CELLS);
            int rgb = picture.getRGB(x, picture.getHeight() - STRIP_HEIGHT / 2);
            int sum = (rgb >> 16 & 0xFF) + (rgb >> 8 & 0xFF) + (rgb & 0xFF);
            code = code << 1 | (sum > 3 * 127 ? 1 : 0);
        }
        long number = code >> 6 & 0xFFFF_FFFFL;
        long check = CHECK_SEED;
        for (int shift = 0; shift < 32; shift += 4) {
            check ^= number >> shift & 0xF;
        }
        boolean valid = code >> 38 == 0b10 && (code & 0b11) == 0b01 && (code >> 2 & 0xF) == check;
        return valid ? OptionalLong.of(number) : OptionalLong.empty();
    }
}
