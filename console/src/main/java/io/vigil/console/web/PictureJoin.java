package io.vigil.console.web;

import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings each frame together with its detections, whichever comes first.
 *
 * <p>Remembers the newest {@value #CAPACITY} of each camera; pictures of a camera come out in order. Not thread-safe.
 */
final class PictureJoin {

    /** Enough for 2 s, the age at which the live demo gives frames up, at 30 frames/s. */
    static final int CAPACITY = 64;

    private final Map<String, Camera> cameras = new HashMap<>();

    /** Adds a frame; gives the picture if its detections came before. */
    Optional<Picture> add(Frame frame) {
        FrameId id = new FrameId(frame.getEpoch(), frame.getSequence());
        return camera(frame.getCameraId()).addFrame(id, frame.getImage());
    }

    /** Adds detections; gives the picture if its frame came before. */
    Optional<Picture> add(Detections detections) {
        FrameId id = new FrameId(detections.getEpoch(), detections.getSequence());
        return camera(detections.getCameraId()).addDetections(id, detections);
    }

    private Camera camera(String id) {
        return cameras.computeIfAbsent(id, unused -> new Camera());
    }

    private static final class Camera {

        private final NavigableMap<FrameId, ByteBuffer> frames = new TreeMap<>();
        private final NavigableMap<FrameId, Detections> waiting = new TreeMap<>();
        private @Nullable FrameId shown;

        Optional<Picture> addFrame(FrameId id, ByteBuffer jpeg) {
            Detections detections = waiting.get(id);
            if (detections != null) {
                return Optional.of(show(id, detections, jpeg));
            }
            remember(frames, id, jpeg);
            return Optional.empty();
        }

        Optional<Picture> addDetections(FrameId id, Detections detections) {
            ByteBuffer jpeg = frames.get(id);
            if (jpeg != null) {
                return Optional.of(show(id, detections, jpeg));
            }
            remember(waiting, id, detections);
            return Optional.empty();
        }

        private Picture show(FrameId id, Detections detections, ByteBuffer jpeg) {
            shown = id;
            frames.headMap(id, true).clear();
            waiting.headMap(id, true).clear();
            return new Picture(detections, jpeg);
        }

        private <T> void remember(NavigableMap<FrameId, T> map, FrameId id, T value) {
            if (shown != null && id.compareTo(shown) <= 0) {
                return;
            }
            map.put(id, value);
            if (map.size() > CAPACITY) {
                map.pollFirstEntry();
            }
        }
    }
}
