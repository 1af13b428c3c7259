package io.vigil.streams.frame;

import static io.vigil.schema.DeadLetterReason.TRUNCATED;
import static io.vigil.schema.DeadLetterReason.UNDECODABLE;

import io.vigil.streams.deadletter.RejectedFrameException;
import java.nio.ByteBuffer;

/**
 * What a JPEG picture says about itself, read without decoding it (ITU-T T.81, annex B).
 *
 * <p>The decoder is too kind to be asked: it fills what is missing with grey, and it allocates what the header declares.
 *
 * @param width pixels
 * @param height pixels
 */
public record JpegHeader(int width, int height) {

    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int TEM = 0x01;
    private static final int EIGHT_BITS = 8;

    /**
     * Walks all segments to the end of the picture; bytes behind it are ignored, some cameras pad.
     *
     * @throws RejectedFrameException TRUNCATED if the picture ends early, UNDECODABLE if this is no JPEG of 8 bits
     */
    public static JpegHeader read(ByteBuffer image) throws RejectedFrameException {
        return new Walk(image.duplicate()).toEnd();
    }

    /** One pass over the segments. */
    private static final class Walk {

        private final ByteBuffer image;
        private final int start;
        private int width;
        private int height;

        Walk(ByteBuffer image) {
            this.image = image;
            this.start = image.position();
        }

        JpegHeader toEnd() throws RejectedFrameException {
            if (next() != 0xFF || next() != SOI) {
                throw undecodable("it does not start like a JPEG picture");
            }
            while (true) {
                int marker = marker();
                if (marker == EOI) {
                    if (width == 0) {
                        throw undecodable("it ends before it says how large it is");
                    }
                    return new JpegHeader(width, height);
                }
                if (!standsAlone(marker)) {
                    segment(marker);
                }
            }
        }

        private void segment(int marker) throws RejectedFrameException {
            int length = nextShort();
            if (length < 2) {
                throw undecodable("segment %02X is %d bytes long".formatted(marker, length));
            }
            int end = image.position() + length - 2;
            if (end > image.limit()) {
                throw truncated();
            }
            if (isFrameHeader(marker)) {
                frameHeader(marker);
            }
            image.position(end);
            if (marker == SOS) {
                if (width == 0) {
                    throw undecodable("pixels come before it says how large it is");
                }
                skipEntropyCodedData();
            }
        }

        private void frameHeader(int marker) throws RejectedFrameException {
            int bits = next();
            int declaredHeight = nextShort();
            int declaredWidth = nextShort();
            if (bits != EIGHT_BITS) {
                throw undecodable("it has %d bits per sample, 8 are supported".formatted(bits));
            }
            if (width != 0 || declaredHeight == 0 || declaredWidth == 0) {
                throw undecodable(
                        "frame header %02X declares %d x %d pixels".formatted(marker, declaredWidth, declaredHeight));
            }
            width = declaredWidth;
            height = declaredHeight;
        }

        /** Leaves the position at the marker that ends the scan. */
        private void skipEntropyCodedData() throws RejectedFrameException {
            while (true) {
                if (next() == 0xFF) {
                    int following = next();
                    while (following == 0xFF) {
                        following = next();
                    }
                    if (following != 0 && !isRestart(following)) {
                        image.position(image.position() - 2);
                        return;
                    }
                }
            }
        }

        private int marker() throws RejectedFrameException {
            if (next() != 0xFF) {
                throw undecodable("no marker at byte %d".formatted(image.position() - start - 1));
            }
            int marker = next();
            while (marker == 0xFF) {
                marker = next();
            }
            return marker;
        }

        private int next() throws RejectedFrameException {
            if (!image.hasRemaining()) {
                throw truncated();
            }
            return Byte.toUnsignedInt(image.get());
        }

        private int nextShort() throws RejectedFrameException {
            return next() << 8 | next();
        }

        private RejectedFrameException truncated() {
            return new RejectedFrameException(
                    TRUNCATED, "the picture ends early, after %d bytes".formatted(image.limit() - start));
        }

        private static RejectedFrameException undecodable(String why) {
            return new RejectedFrameException(UNDECODABLE, "the picture cannot be decoded: " + why);
        }

        private static boolean standsAlone(int marker) {
            return marker == TEM || marker == SOI || isRestart(marker);
        }

        private static boolean isRestart(int marker) {
            return marker >= 0xD0 && marker <= 0xD7;
        }

        /** SOF0 to SOF15 without DHT, JPG and DAC, which share the range. */
        private static boolean isFrameHeader(int marker) {
            return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        }
    }
}
