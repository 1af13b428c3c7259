package io.vigil.schema.h264;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/**
 * The size of the pictures that a sequence parameter set declares, after cropping (ITU-T H.264, 7.3.2.1.1 and 7.4.2.1.1).
 *
 * @param width pixels
 * @param height pixels
 */
public record PictureSize(int width, int height) {

    private static final Set<Integer> PROFILES_WITH_CHROMA =
            Set.of(100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135);
    private static final int MACROBLOCK = 16;
    private static final int MAX_SIDE_IN_MACROBLOCKS = 1024;
    private static final int MONOCHROME = 0;
    private static final int CHROMA_420 = 1;
    private static final int CHROMA_422 = 2;
    private static final int CHROMA_444 = 3;

    public long pixels() {
        return (long) width * height;
    }

    /**
     * Reads a sequence parameter set.
     *
     * @param payload of the NAL unit after its header
     * @return empty if it ends early or declares no picture
     */
    static Optional<PictureSize> read(ByteBuffer payload) {
        try {
            return read(new BitReader(payload));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static Optional<PictureSize> read(BitReader in) {
        int profile = in.bits(8);
        in.bits(16);
        in.unsigned();
        int chroma = PROFILES_WITH_CHROMA.contains(profile) ? chromaFormat(in) : CHROMA_420;
        in.unsigned();
        skipPictureOrderCount(in);
        in.unsigned();
        in.flag();
        int columns = in.unsigned() + 1;
        int rows = in.unsigned() + 1;
        boolean framesOnly = in.flag();
        if (!framesOnly) {
            in.flag();
        }
        if (columns < 1 || columns > MAX_SIDE_IN_MACROBLOCKS || rows < 1 || rows > MAX_SIDE_IN_MACROBLOCKS) {
            return Optional.empty();
        }
        in.flag();
        int width = columns * MACROBLOCK;
        int height = rows * MACROBLOCK * (framesOnly ? 1 : 2);
        if (in.flag()) {
            int cropX = chroma == CHROMA_420 || chroma == CHROMA_422 ? 2 : 1;
            int cropY = (chroma == CHROMA_420 ? 2 : 1) * (framesOnly ? 1 : 2);
            width -= cropX * (in.unsigned() + in.unsigned());
            height -= cropY * (in.unsigned() + in.unsigned());
        }
        return width > 0 && height > 0 ? Optional.of(new PictureSize(width, height)) : Optional.empty();
    }

    private static int chromaFormat(BitReader in) {
        int chroma = in.unsigned();
        boolean separatePlanes = chroma == CHROMA_444 && in.flag();
        in.unsigned();
        in.unsigned();
        in.flag();
        if (in.flag()) {
            int lists = chroma == CHROMA_444 ? 12 : 8;
            for (int i = 0; i < lists; i++) {
                if (in.flag()) {
                    skipScalingList(in, i < 6 ? 16 : 64);
                }
            }
        }
        return separatePlanes ? MONOCHROME : chroma;
    }

    private static void skipScalingList(BitReader in, int size) {
        int last = 8;
        int next = 8;
        for (int i = 0; i < size; i++) {
            if (next != 0) {
                next = (last + in.signed() + 256) % 256;
            }
            last = next == 0 ? last : next;
        }
    }

    private static void skipPictureOrderCount(BitReader in) {
        int type = in.unsigned();
        if (type == 0) {
            in.unsigned();
        } else if (type == 1) {
            in.flag();
            in.signed();
            in.signed();
            int frames = in.unsigned();
            for (int i = 0; i < frames; i++) {
                in.signed();
            }
        }
    }
}
