package io.vigil.console.web.cameras;

import io.vigil.schema.Camera;
import io.vigil.schema.CaptureOptions;
import io.vigil.schema.RuleSet;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A camera as pages get it.
 *
 * @param rules the newest; null if the service's configuration has them
 * @param rulesValidFrom capture time from which on they hold, ISO 8601
 */
record CameraAnswer(
        String id,
        @Nullable String name,
        @Nullable String source,
        boolean paused,
        CameraForm.Capture capture,
        CameraForm.@Nullable Rules rules,
        @Nullable String rulesValidFrom) {

    static CameraAnswer of(Camera camera) {
        CaptureOptions capture = camera.getCapture();
        List<RuleSet> rules = camera.getRules();
        @Nullable RuleSet newest = rules.isEmpty() ? null : rules.get(rules.size() - 1);
        @Nullable Instant validFrom = newest == null ? null : newest.getValidFrom();
        return new CameraAnswer(
                camera.getCameraId(),
                camera.getName(),
                camera.getSource(),
                camera.getPaused(),
                new CameraForm.Capture(
                        capture.getFrameRate(),
                        capture.getWidth(),
                        capture.getQuality(),
                        capture.getLoop(),
                        capture.getPacing(),
                        capture.getEncoding()),
                newest == null ? null : RulesForm.form(newest),
                validFrom == null ? null : validFrom.toString());
    }
}
