package io.vigil.streams.frame;

import static io.vigil.schema.DeadLetterReason.DIMENSION_MISMATCH;
import static io.vigil.schema.DeadLetterReason.INVALID_KEY;
import static io.vigil.schema.DeadLetterReason.KEY_MISMATCH;
import static io.vigil.schema.DeadLetterReason.MALFORMED;
import static io.vigil.schema.DeadLetterReason.NULL_VALUE;
import static io.vigil.schema.DeadLetterReason.OVERSIZED;
import static io.vigil.schema.DeadLetterReason.UNDECODABLE;
import static io.vigil.schema.DeadLetterReason.UNSUPPORTED_ENCODING;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameInstant;
import io.vigil.schema.h264.AccessUnit;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.wire.AvroSerde;
import io.vigil.schema.wire.WireFormatException;
import io.vigil.streams.deadletter.RejectedFrameException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be said about a record without decoding its picture.
 *
 * <p>A frame that passes is sound as far as its record goes: the key names its camera, the picture is a complete JPEG, or an
 * access unit of H.264, of the declared size within the limits. Thread-safe.
 */
public final class FrameCheck {

    /** The year 10000; a time beyond is no clock's error but garbage, and would overflow elsewhere. */
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

    private final AvroSerde<Frame> frames;
    private final FrameLimits limits;

    public FrameCheck(AvroSerde<Frame> frames, FrameLimits limits) {
        this.frames = frames;
        this.limits = limits;
    }

    /** The camera named by a key; empty if the key is none. */
    public static Optional<String> camera(byte @Nullable [] key) {
        if (key == null) {
            return Optional.empty();
        }
        try {
            String id = UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
            return CameraId.isValid(id) ? Optional.of(id) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /**
     * The frame in a record.
     *
     * @throws RejectedFrameException with the first reason found
     */
    public Frame check(byte @Nullable [] key, byte @Nullable [] value) throws RejectedFrameException {
        Frame frame = record(key, value);
        switch (frame.getEncoding()) {
            case JPEG -> checkPicture(frame);
            case H264 -> checkAccessUnit(frame);
            case UNKNOWN ->
                throw new RejectedFrameException(
                        UNSUPPORTED_ENCODING, "pictures must be JPEG or H264, this one is UNKNOWN");
        }
        return frame;
    }

    /**
     * The frame in a record, without its picture: nobody has looked at that.
     *
     * @throws RejectedFrameException if anything else is wrong
     */
    public Frame outline(byte @Nullable [] key, byte @Nullable [] value) throws RejectedFrameException {
        Frame frame = record(key, value);
        return new Frame(
                frame.getCameraId(),
                frame.getEpoch(),
                frame.getSequence(),
                frame.getCaptureTime(),
                frame.getWidth(),
                frame.getHeight(),
                frame.getEncoding(),
                ByteBuffer.allocate(0),
                frame.getGroupStart());
    }

    private Frame record(byte @Nullable [] key, byte @Nullable [] value) throws RejectedFrameException {
        String camera = camera(key).orElseThrow(() -> invalidKey(key));
        Frame frame = read(value);
        if (!frame.getCameraId().equals(camera)) {
            throw new RejectedFrameException(
                    KEY_MISMATCH, "the key says camera %s, the frame says %s".formatted(camera, frame.getCameraId()));
        }
        checkNumbers(frame);
        return frame;
    }

    private Frame read(byte @Nullable [] value) throws RejectedFrameException {
        if (value == null) {
            throw new RejectedFrameException(NULL_VALUE, "the record has no value");
        }
        if (value.length > limits.maxBytes()) {
            throw new RejectedFrameException(
                    OVERSIZED, "%d bytes, at most %d are taken".formatted(value.length, limits.maxBytes()));
        }
        try {
            return frames.fromBytes(value);
        } catch (WireFormatException e) {
            throw new RejectedFrameException(MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    private static void checkNumbers(Frame frame) throws RejectedFrameException {
        if (frame.getSequence() < 0) {
            throw new RejectedFrameException(
                    MALFORMED, "sequence %d is negative, frames are counted from 0".formatted(frame.getSequence()));
        }
        Instant time = frame.getCaptureTime();
        if (time.isBefore(Instant.EPOCH) || time.isAfter(END_OF_TIME)) {
            throw new RejectedFrameException(
                    MALFORMED, "capture time %s is not between the years 1970 and 9999".formatted(time));
        }
    }

    private void checkPicture(Frame frame) throws RejectedFrameException {
        JpegHeader header = JpegHeader.read(frame.getImage());
        checkSize(frame, header.width(), header.height());
    }

    private void checkAccessUnit(Frame frame) throws RejectedFrameException {
        FrameInstant start = frame.getGroupStart();
        if (start == null || start.getSequence() < 0 || start.getSequence() > frame.getSequence()) {
            throw new RejectedFrameException(
                    MALFORMED,
                    "an H.264 frame must say with which frame decoding begins, itself or one before it: group_start is %s"
                            .formatted(start));
        }
        AccessUnit unit = AccessUnit.read(frame.getImage());
        if (!unit.hasSlices()) {
            throw new RejectedFrameException(
                    UNDECODABLE,
                    "there is no picture in the access unit of %d bytes"
                            .formatted(frame.getImage().remaining()));
        }
        if (unit.hasBidirectionalSlices()) {
            throw new RejectedFrameException(UNSUPPORTED_ENCODING, "H.264 with B-frames cannot be decoded in order");
        }
        if (start.getSequence() == frame.getSequence() && !unit.startsGroup()) {
            throw new RejectedFrameException(
                    UNDECODABLE,
                    "decoding cannot begin with this access unit: it needs an IDR picture with its parameter sets");
        }
        if (unit.size().isPresent()) {
            checkSize(frame, unit.size().get().width(), unit.size().get().height());
        }
    }

    private void checkSize(Frame frame, int width, int height) throws RejectedFrameException {
        if ((long) width * height > limits.maxPixels()) {
            throw new RejectedFrameException(
                    OVERSIZED, "%d x %d pixels, at most %d are decoded".formatted(width, height, limits.maxPixels()));
        }
        if (width != frame.getWidth() || height != frame.getHeight()) {
            throw new RejectedFrameException(
                    DIMENSION_MISMATCH,
                    "the frame says %d x %d pixels, its picture %d x %d"
                            .formatted(frame.getWidth(), frame.getHeight(), width, height));
        }
    }

    private static RejectedFrameException invalidKey(byte @Nullable [] key) {
        return new RejectedFrameException(
                INVALID_KEY,
                key == null
                        ? "the record has no key, it must be the camera id"
                        : "the key of %d bytes is no camera id: 1 to 128 of A-Z a-z 0-9 . _ -, not starting with a dot"
                                .formatted(key.length));
    }
}
