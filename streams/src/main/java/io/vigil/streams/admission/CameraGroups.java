package io.vigil.streams.admission;

import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.frame.GroupLimits;
import io.vigil.streams.frame.h264.GroupDecoder;
import io.vigil.streams.frame.h264.GroupPosition;
import io.vigil.streams.state.FrameStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The groups that the H.264 cameras of one task are in: their frames in the store, and a decoder for each camera beside it, which is
 * brought to the same state from the store after a restart or a rebalance (docs/adr/0018-h264-as-it-is.md).
 *
 * <p>A camera without frames in the store awaits an IDR frame. Frames that are decoded by themselves pass untouched.
 */
final class CameraGroups implements AutoCloseable {

    private final FrameStore store;
    private final GroupLimits limits;
    private final Map<String, CameraGroup> groups = new HashMap<>();

    CameraGroups(FrameStore store, GroupLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /** Whether a frame that is next in its stream cannot be decoded, because one before it in its group is missing. */
    boolean awaitsIdr(Frame frame) {
        Optional<GroupPosition> position = GroupPosition.of(frame);
        return position.isPresent()
                && !position.get().isStart()
                && !group(frame).canTake(frame, position.get(), limits);
    }

    /**
     * Takes in the next frame of a stream, admitted or not: decodes it, or ends the group if it {@link #awaitsIdr}.
     *
     * @throws RejectedFrameException if it is broken; the camera awaits an IDR frame then
     */
    void follow(Frame frame) throws RejectedFrameException {
        CameraGroup group = group(frame);
        Optional<GroupPosition> position = GroupPosition.of(frame);
        boolean goesOn = position.isPresent() && group.canTake(frame, position.get(), limits);
        if (!goesOn) {
            end(frame.getCameraId(), group);
        }
        if (position.isPresent() && (goesOn || position.get().isStart())) {
            decode(frame, position.get(), group);
        }
    }

    /**
     * The frame as the models see it and windows keep it: one that was decoded here, with its picture as JPEG.
     *
     * @throws RejectedFrameException if its picture is of a kind that cannot be converted
     */
    Frame seen(Frame frame) throws RejectedFrameException {
        return GroupPosition.of(frame).isPresent() ? group(frame).decoder().jpeg(frame) : frame;
    }

    /** Forgets a camera, which awaits an IDR frame from now on. */
    void forget(String camera) {
        CameraGroup group = groups.remove(camera);
        if (group != null) {
            group.close();
        }
        store.deleteAll(camera);
    }

    @Override
    public void close() {
        groups.values().forEach(CameraGroup::close);
        groups.clear();
    }

    private void decode(Frame frame, GroupPosition position, CameraGroup group) throws RejectedFrameException {
        try {
            group.decoder().decode(frame);
        } catch (RejectedFrameException e) {
            end(frame.getCameraId(), group);
            throw e;
        }
        store.put(frame.getCameraId(), frame.getSequence(), frame);
        group.add(frame, position);
    }

    private void end(String camera, CameraGroup group) {
        if (group.frames > 0) {
            store.deleteAll(camera);
        }
        group.clear();
    }

    private CameraGroup group(Frame frame) {
        return groups.computeIfAbsent(frame.getCameraId(), camera -> restored(camera, frame.getSequence()));
    }

    /**
     * What the store has of a camera's group.
     *
     * @param before sequence of the frame that comes now: at least once, the store may be ahead of the frames that are read again
     */
    private CameraGroup restored(String camera, long before) {
        CameraGroup group = new CameraGroup();
        try {
            for (Frame frame : store.all(camera)) {
                GroupPosition position = GroupPosition.of(frame).orElseThrow();
                if (position.sequence() < before) {
                    group.decoder().decode(frame);
                    group.add(frame, position);
                } else {
                    store.delete(camera, position.sequence());
                }
            }
        } catch (RejectedFrameException e) {
            // decoded once, but not by this decoder any more
            store.deleteAll(camera);
            group.clear();
        }
        return group;
    }

    /** What is in the store of one camera, and a decoder that has seen all of it. */
    private static final class CameraGroup {

        private @Nullable GroupDecoder decoder;
        private @Nullable GroupPosition last;
        private int frames;
        private long bytes;

        boolean canTake(Frame frame, GroupPosition next, GroupLimits limits) {
            return last != null
                    && last.isFollowedBy(next)
                    && frames < limits.maxFrames()
                    && bytes + frame.getImage().remaining() <= limits.maxBytes();
        }

        GroupDecoder decoder() {
            GroupDecoder open = decoder;
            if (open == null) {
                open = new GroupDecoder();
                decoder = open;
            }
            return open;
        }

        void add(Frame frame, GroupPosition position) {
            last = position;
            frames++;
            bytes += frame.getImage().remaining();
        }

        void clear() {
            last = null;
            frames = 0;
            bytes = 0;
        }

        void close() {
            if (decoder != null) {
                decoder.close();
            }
        }
    }
}
