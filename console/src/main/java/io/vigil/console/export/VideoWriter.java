package io.vigil.console.export;

import io.vigil.producers.record.AnnotatedVideo;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.CameraId;
import io.vigil.streams.frame.h264.FramePlayer;
import io.vigil.streams.frame.h264.GroupPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Videos with boxes, {@code CAMERA.mp4} in a directory: all frames of the span, each with the boxes of its own detections record. A
 * frame without one is shown without boxes.
 *
 * <p>Takes all detections first and holds their boxes until their frames come. Closed before {@link #finish}, it leaves nothing
 * behind. Not thread-safe.
 */
final class VideoWriter implements AutoCloseable {

    private final Path directory;
    private final Map<FrameKey, List<Box>> boxes = new HashMap<>();
    private final Map<String, CameraVideo> videos = new TreeMap<>();
    private final Map<String, FramePlayer> players = new HashMap<>();

    VideoWriter(Path directory) {
        this.directory = directory;
    }

    void detections(Detections detections) {
        boxes.put(
                new FrameKey(detections.getCameraId(), detections.getEpoch(), detections.getSequence()),
                detections.getBoxes());
    }

    /** Takes in a frame before the span, which an H.264 frame in it may need. */
    void leadIn(Frame frame) {
        if (GroupPosition.of(frame).isPresent()) {
            players.computeIfAbsent(frame.getCameraId(), unused -> new FramePlayer())
                    .pass(frame);
        }
    }

    /** Appends a frame to its camera's video, if it is later than all before it and its picture can be decoded. */
    void frame(Frame frame) throws IOException {
        FramePlayer player = players.computeIfAbsent(frame.getCameraId(), unused -> new FramePlayer());
        CameraVideo video = videos.get(frame.getCameraId());
        if (video == null) {
            video = new CameraVideo(directory.resolve(new CameraId(frame.getCameraId()) + ".mp4"));
            videos.put(frame.getCameraId(), video);
        }
        if (!video.isLater(frame)) {
            return;
        }
        List<Box> found = boxes.remove(new FrameKey(frame.getCameraId(), frame.getEpoch(), frame.getSequence()));
        if (video.add(frame, player.show(frame), found == null ? List.of() : found) && found != null) {
            video.analysed++;
        }
    }

    /** Completes all videos; tells of each what it has. */
    List<String> finish() throws IOException {
        for (CameraVideo video : videos.values()) {
            video.finish();
        }
        return videos.entrySet().stream()
                .map(entry -> entry.getKey() + ".mp4: " + entry.getValue().account())
                .toList();
    }

    /** Detections whose frames did not come: Kafka keeps frames for a shorter time. */
    int withoutFrame() {
        return boxes.size();
    }

    @Override
    public void close() {
        videos.values().forEach(CameraVideo::close);
        players.values().forEach(FramePlayer::close);
    }

    private static final class CameraVideo {

        private final UnfinishedFile file;
        private final AnnotatedVideo video;
        private long epoch = Long.MIN_VALUE;
        private long sequence;
        private long analysed;
        private long undecodable;

        CameraVideo(Path target) throws IOException {
            file = new UnfinishedFile(target);
            video = new AnnotatedVideo(file.part());
        }

        boolean isLater(Frame frame) {
            return frame.getEpoch() > epoch || frame.getEpoch() == epoch && frame.getSequence() > sequence;
        }

        /**
         * @param shown the frame with its picture as JPEG, if there is one
         */
        boolean add(Frame frame, Optional<Frame> shown, List<Box> found) throws IOException {
            epoch = frame.getEpoch();
            sequence = frame.getSequence();
            if (shown.isEmpty()) {
                undecodable++;
                return false;
            }
            return video.add(shown.get(), found);
        }

        String account() {
            String account = "%d frames, %d of them with results".formatted(video.frames(), analysed);
            return undecodable == 0
                    ? account
                    : account
                            + "; %d H.264 frames left out, for want of an IDR frame before them".formatted(undecodable);
        }

        void finish() throws IOException {
            video.finish();
            if (video.frames() > 0) {
                file.complete();
            }
        }

        void close() {
            try (file) {
                video.close();
            }
        }
    }
}
