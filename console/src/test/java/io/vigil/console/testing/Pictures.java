package io.vigil.console.testing;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/** JPEG pictures. */
public final class Pictures {

    private static final int BLOCK = 10;

    private Pictures() {}

    /** A picture of one colour. */
    public static byte[] jpeg(int width, int height, Color colour) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return jpeg(image);
    }

    /** Coloured squares at random: about as many bytes as a camera's picture of this size. */
    public static byte[] blocks(int width, int height, int seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int y = 0; y < height; y += BLOCK) {
            for (int x = 0; x < width; x += BLOCK) {
                int colour = random.nextInt();
                for (int i = 0; i < BLOCK * BLOCK; i++) {
                    image.setRGB(Math.min(x + i % BLOCK, width - 1), Math.min(y + i / BLOCK, height - 1), colour);
                }
            }
        }
        return jpeg(image);
    }

    private static byte[] jpeg(BufferedImage image) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "jpg", out)) {
                throw new IllegalStateException("this JDK writes no JPEG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The picture's first bytes. */
    public static byte[] cut(byte[] jpeg, double share) {
        return Arrays.copyOf(jpeg, (int) (jpeg.length * share));
    }

    /** The same picture, whose header claims another size. */
    public static byte[] claimingSize(byte[] jpeg, int width, int height) {
        byte[] changed = jpeg.clone();
        int frameHeader = frameHeader(jpeg);
        changed[frameHeader + 5] = (byte) (height >> 8);
        changed[frameHeader + 6] = (byte) height;
        changed[frameHeader + 7] = (byte) (width >> 8);
        changed[frameHeader + 8] = (byte) width;
        return changed;
    }

    /** Where the marker of the baseline frame header lies. */
    private static int frameHeader(byte[] jpeg) {
        for (int i = 2; i < jpeg.length - 1; i++) {
            if ((jpeg[i] & 0xFF) == 0xFF && (jpeg[i + 1] & 0xFF) == 0xC0) {
                return i;
            }
        }
        throw new IllegalArgumentException("no baseline JPEG");
    }
}
