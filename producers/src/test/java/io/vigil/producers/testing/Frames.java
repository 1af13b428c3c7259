package io.vigil.producers.testing;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Frames whose pictures nobody looks at. */
public final class Frames {

    private Frames() {}

    public static Frame frame(String camera, long sequence, int imageBytes) {
        return new Frame(
                camera,
                1L,
                sequence,
                Instant.ofEpochMilli(1_000 + sequence),
                4,
                2,
                FrameEncoding.JPEG,
                ByteBuffer.wrap(new byte[imageBytes]));
    }

    public static Frame frame(long sequence, int imageBytes) {
        return frame("yard", sequence, imageBytes);
    }
}
