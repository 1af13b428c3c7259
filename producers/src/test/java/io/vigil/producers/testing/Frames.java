package io.vigil.producers.testing;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.FrameInstant;
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
                ByteBuffer.wrap(new byte[imageBytes]),
                null);
    }

    /**
     * An H.264 frame.
     *
     * @param groupStart sequence of the IDR frame that it needs
     */
    public static Frame h264(long sequence, long groupStart) {
        return new Frame(
                "yard",
                1L,
                sequence,
                Instant.ofEpochMilli(1_000 + sequence),
                4,
                2,
                FrameEncoding.H264,
                ByteBuffer.wrap(new byte[10]),
                new FrameInstant(groupStart, Instant.ofEpochMilli(1_000 + groupStart)));
    }

    public static Frame frame(long sequence, int imageBytes) {
        return frame("yard", sequence, imageBytes);
    }
}
