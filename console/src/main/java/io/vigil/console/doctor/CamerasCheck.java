package io.vigil.console.doctor;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.capture.CameraProbe;
import io.vigil.producers.capture.CameraReport;
import io.vigil.producers.capture.SourceException;
import java.time.Duration;
import java.util.List;

/** Every camera: whether it answers, and what it sends. */
public record CamerasCheck(List<CameraConfig> cameras, Duration limit) implements Check {

    /** After every reconnect the picture comes back with the next key frame. */
    private static final Duration LONG_KEY_FRAME_INTERVAL = Duration.ofSeconds(10);

    @Override
    public List<Finding> findings() {
        return cameras.stream().map(this::finding).toList();
    }

    private Finding finding(CameraConfig camera) {
        String subject = "camera " + camera.id();
        try {
            CameraReport report = CameraProbe.probe(camera, limit);
            boolean slow = report.keyFrameInterval()
                    .map(interval -> interval.compareTo(LONG_KEY_FRAME_INTERVAL) > 0)
                    .orElse(false);
            return slow
                    ? Finding.warning(
                            subject,
                            report.toString(),
                            "set its key-frame (I-frame) interval to 1 or 2 s: until one comes, a reconnected camera shows nothing")
                    : Finding.ok(subject, report.toString());
        } catch (SourceException e) {
            String reason = camera.source().mask(String.valueOf(e.getMessage()));
            return Finding.problem(
                    subject,
                    "%s: %s".formatted(camera.source(), reason),
                    switch (e.kind()) {
                        case DENIED -> "check user and password of its source";
                        case TEMPORARY ->
                            "check that the camera is on and can be reached: ping its host, try its URL in a player";
                        case PERMANENT -> "correct its source in the ingest's configuration";
                    });
        }
    }
}
