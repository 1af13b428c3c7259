package io.vigil.console.export;

import io.vigil.producers.record.AnnotatedVideo;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.CameraId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    VideoWriter(Path directory) {
        this.directory = directory;
    }

    void detections(Detections detections) {
        boxes.put(
                new FrameKey(detections.getCameraId(), detections.getEpoch(), detections.getSequence()),
                detections.getBoxes());
    }

    /** Appends a frame to its camera's video, if it is later than all before it and its picture can be decoded. */
    void frame(Frame frame) throws IOException {
        CameraVideo video = videos.get(frame.getCameraId());
        if (video == null) {
            video = new CameraVideo(directory.resolve(new CameraId(frame.getCameraId()) + ".mp4"));
            videos.put(frame.getCameraId(), video);
        }
        if (!video.isLater(frame)) {
            return;
        }
        List<Box> found = boxes.remove(new FrameKey(frame.getCameraId(), frame.getEpoch(), frame.getSequence()));
        if (video.add(frame, found == null ? List.of() : found) && found != null) {
            video.analysed++;
        }
    }

    /** Completes all videos; tells of each what it has. */
    List<String> finish() throws IOException {
        for (CameraVideo video : videos.values()) {
            video.finish();
        }
        return videos.entrySet().stream()
                .map(entry -> "%s.mp4: %d frames, %d of them with results"
                        .formatted(entry.getKey(), entry.getValue().frames(), entry.getValue().analysed))
                .toList();
    }

    /** Detections whose frames did not come: Kafka keeps frames for a shorter time. */
    int withoutFrame() {
        return boxes.size();
    }

    @Override
    public void close() {
        videos.values().forEach(CameraVideo::close);
    }

    private static final class CameraVideo {

        private final UnfinishedFile file;
        private final AnnotatedVideo video;
        private long epoch = Long.MIN_VALUE;
        private long sequence;
        private long analysed;

        CameraVideo(Path target) throws IOException {
            file = new UnfinishedFile(target);
            video = new AnnotatedVideo(file.part());
        }

        boolean isLater(Frame frame) {
            return frame.getEpoch() > epoch || frame.getEpoch() == epoch && frame.getSequence() > sequence;
        }

        boolean add(Frame frame, List<Box> found) throws IOException {
            epoch = frame.getEpoch();
            sequence = frame.getSequence();
            return video.add(frame, found);
        }

        long frames() {
            return video.frames();
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
