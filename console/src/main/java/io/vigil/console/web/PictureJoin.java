package io.vigil.console.web;

import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.streams.frame.h264.FramePlayer;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings each frame together with its detections, whichever comes first.
 *
 * <p>Remembers the newest {@value #CAPACITY} of each camera; pictures of a camera come out in order. Those of an H.264 camera are decoded
 * when they are shown, from the next IDR frame on. Not thread-safe.
 */
final class PictureJoin implements AutoCloseable {

    /** Enough for 2 s, the age at which the live demo gives frames up, at 30 frames/s. */
    static final int CAPACITY = 64;

    private final Map<String, Camera> cameras = new HashMap<>();

    /** Adds a frame; gives the picture if its detections came before. */
    Optional<Picture> add(Frame frame) {
        FrameId id = new FrameId(frame.getEpoch(), frame.getSequence());
        return camera(frame.getCameraId()).addFrame(id, frame);
    }

    /** Adds detections; gives the picture if its frame came before. */
    Optional<Picture> add(Detections detections) {
        FrameId id = new FrameId(detections.getEpoch(), detections.getSequence());
        return camera(detections.getCameraId()).addDetections(id, detections);
    }

    @Override
    public void close() {
        cameras.values().forEach(camera -> camera.player.close());
        cameras.clear();
    }

    private Camera camera(String id) {
        return cameras.computeIfAbsent(id, unused -> new Camera());
    }

    private static final class Camera {

        private final FramePlayer player = new FramePlayer();
        private final NavigableMap<FrameId, Frame> frames = new TreeMap<>();
        private final NavigableMap<FrameId, Detections> waiting = new TreeMap<>();
        private @Nullable FrameId shown;

        Optional<Picture> addFrame(FrameId id, Frame frame) {
            Detections detections = waiting.get(id);
            if (detections != null) {
                return show(id, detections, frame);
            }
            Frame oldest = remember(frames, id, frame);
            if (oldest != null) {
                player.pass(oldest);
            }
            return Optional.empty();
        }

        Optional<Picture> addDetections(FrameId id, Detections detections) {
            Frame frame = frames.get(id);
            if (frame != null) {
                return show(id, detections, frame);
            }
            remember(waiting, id, detections);
            return Optional.empty();
        }

        private Optional<Picture> show(FrameId id, Detections detections, Frame frame) {
            shown = id;
            frames.headMap(id, false).values().forEach(player::pass);
            frames.headMap(id, true).clear();
            waiting.headMap(id, true).clear();
            return player.show(frame).map(decoded -> new Picture(detections, decoded.getImage()));
        }

        /** Gives back what had to make room. */
        private <T> @Nullable T remember(NavigableMap<FrameId, T> map, FrameId id, T value) {
            if (shown != null && id.compareTo(shown) <= 0) {
                return null;
            }
            map.put(id, value);
            return map.size() > CAPACITY ? map.pollFirstEntry().getValue() : null;
        }
    }
}
