package io.vigil.streams.frame.h264;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.streams.deadletter.RejectedFrameException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives the pictures of one camera's frames, whatever their encoding, to those who read them beside the topology; the same pictures
 * that the service saw.
 *
 * <p>It is given all frames in the order of the log. Owns native memory once a frame was H.264. Not thread-safe.
 */
public final class FramePlayer implements AutoCloseable {

    private @Nullable GroupDecoder decoder;

    /** Takes in a frame whose picture is not wanted, but may be needed for later ones. */
    public void pass(Frame frame) {
        GroupPosition.of(frame).ifPresent(position -> decode(frame, position));
    }

    /** The frame with its picture as JPEG; empty if it cannot be decoded: it is broken, or one before it in its group is missing. */
    public Optional<Frame> show(Frame frame) {
        if (frame.getEncoding() == FrameEncoding.JPEG) {
            return Optional.of(frame);
        }
        return GroupPosition.of(frame)
                .flatMap(position -> decode(frame, position))
                .flatMap(decoded -> jpeg(decoded, frame));
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
    }

    private static Optional<Frame> jpeg(GroupDecoder decoder, Frame decoded) {
        try {
            return Optional.of(decoder.jpeg(decoded));
        } catch (RejectedFrameException e) {
            return Optional.empty();
        }
    }

    /** The decoder, with the frame decoded last. */
    private Optional<GroupDecoder> decode(Frame frame, GroupPosition position) {
        GroupDecoder current = decoder;
        if (current == null) {
            current = new GroupDecoder();
            decoder = current;
        }
        if (!current.isReadyFor(position)) {
            return Optional.empty();
        }
        try {
            current.decode(frame);
            return Optional.of(current);
        } catch (RejectedFrameException e) {
            return Optional.empty();
        }
    }
}
