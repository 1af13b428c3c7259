package io.vigil.streams.testing;

import io.vigil.schema.h264.AccessUnit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The frames of levels.h264: 40 grey pictures of 64 x 48 at 25 frames/s in groups of 10, each brighter than the one before. */
public final class H264Log {

    /** Frames from one IDR frame to the next. */
    public static final int GROUP = 10;

    private static final Path STREAM = Path.of("src/test/resources/h264/levels.h264");
    private static final byte[] DELIMITER = {0, 0, 0, 1, 9};

    private H264Log() {}

    /** All frames, as camera north captured them. */
    public static List<FrameFixture> frames() {
        List<byte[]> units = accessUnits();
        List<FrameFixture> frames = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            frames.add(FrameFixture.frame(i, i * 40L).h264(units.get(i), i / GROUP * GROUP));
        }
        return frames;
    }

    /** The grey level of a picture, 0 to 255: its luma of 40 and 4 more with each frame, in video range. */
    public static int level(long sequence) {
        return (int) Math.round((40 + 4 * sequence - 16) * 255 / 219.0);
    }

    public static List<byte[]> accessUnits() {
        byte[] stream = bytes();
        List<byte[]> units = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= stream.length; i++) {
            if (i == stream.length || startsWith(stream, i)) {
                units.add(Arrays.copyOfRange(stream, start, i));
                start = i;
            }
        }
        if (!AccessUnit.read(ByteBuffer.wrap(units.get(GROUP))).startsGroup()) {
            throw new IllegalStateException(STREAM + " has other groups than expected");
        }
        return units;
    }

    private static boolean startsWith(byte[] stream, int at) {
        return Arrays.mismatch(
                        stream, at, Math.min(at + DELIMITER.length, stream.length), DELIMITER, 0, DELIMITER.length)
                < 0;
    }

    private static byte[] bytes() {
        try {
            return Files.readAllBytes(STREAM);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
