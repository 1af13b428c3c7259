package io.vigil.streams.frame.h264;

import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.deadletter.RejectedFrameException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the H.264 frames of one camera, each after those before it in its group.
 *
 * <p>What a frame decodes to depends on the frames of its group alone: nothing is taken over from one group to the next. Owns native
 * memory. Not thread-safe.
 */
public final class GroupDecoder implements AutoCloseable {

    /** What a frame's record adds to its image is less: camera id, six numbers and an enum. */
    private static final int MAX_JPEG_BYTES = Topics.MAX_FRAME_BYTES - 512;

    private final AccessUnitDecoder decoder = new AccessUnitDecoder();
    private final JpegWriter writer = new JpegWriter(MAX_JPEG_BYTES);
    private @Nullable GroupPosition position;
    private @Nullable AVFrame picture;

    /** Whether a frame can be decoded now: it starts a group, or is the next one of the group. */
    public boolean isReadyFor(GroupPosition next) {
        return next.isStart() || position != null && position.isFollowedBy(next);
    }

    /**
     * Decodes a frame that it {@linkplain #isReadyFor is ready for}.
     *
     * @throws RejectedFrameException UNDECODABLE or DIMENSION_MISMATCH if it is broken; the group is lost then
     */
    public void decode(Frame frame) throws RejectedFrameException {
        Optional<GroupPosition> next = GroupPosition.of(frame);
        if (next.isEmpty() || !isReadyFor(next.get())) {
            throw new IllegalArgumentException(
                    "frame %d is not the next one of the group".formatted(frame.getSequence()));
        }
        position = null;
        picture = null;
        if (next.get().isStart()) {
            decoder.restart();
        }
        AVFrame decoded = decoder.decode(frame.getImage());
        if (decoded.width() != frame.getWidth() || decoded.height() != frame.getHeight()) {
            throw new RejectedFrameException(
                    DeadLetterReason.DIMENSION_MISMATCH,
                    "the frame says %d x %d pixels, its picture has %d x %d"
                            .formatted(frame.getWidth(), frame.getHeight(), decoded.width(), decoded.height()));
        }
        position = next.get();
        picture = decoded;
    }

    /**
     * The frame decoded last, with its picture as JPEG.
     *
     * @throws RejectedFrameException UNDECODABLE if its picture is of a kind that cannot be converted; the group goes on
     */
    public Frame jpeg(Frame frame) throws RejectedFrameException {
        AVFrame decoded = picture;
        if (decoded == null || !GroupPosition.of(frame).equals(Optional.ofNullable(position))) {
            throw new IllegalArgumentException("frame %d was not decoded last".formatted(frame.getSequence()));
        }
        return new Frame(
                frame.getCameraId(),
                frame.getEpoch(),
                frame.getSequence(),
                frame.getCaptureTime(),
                frame.getWidth(),
                frame.getHeight(),
                FrameEncoding.JPEG,
                ByteBuffer.wrap(writer.write(decoded)),
                null);
    }

    @Override
    public void close() {
        writer.close();
        decoder.close();
    }
}
