package io.vigil.schema.camera;

import io.vigil.schema.Camera;
import io.vigil.schema.CaptureOptions;
import io.vigil.schema.CapturePacing;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.RuleSet;
import io.vigil.schema.topic.CameraId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with a camera's record: anybody may write to the topic.
 *
 * <p>The source is the ingest's to judge. Thread-safe.
 */
public final class CameraCheck {

    private static final int MAX_NAME_CHARS = 200;
    private static final double MAX_FRAME_RATE = 1000;

    private CameraCheck() {}

    /** Everything that is wrong with the record of this key; empty for a sound one. */
    public static List<FieldProblem> problems(@Nullable String key, Camera camera) {
        List<FieldProblem> problems = new ArrayList<>();
        if (!CameraId.isValid(camera.getCameraId())) {
            problems.add(
                    new FieldProblem("camera_id", "must be 1 to 128 of A-Z a-z 0-9 . _ - and not start with a dot"));
        }
        if (!Objects.equals(key, camera.getCameraId())) {
            problems.add(new FieldProblem("camera_id", "must be the record's key"));
        }
        String name = camera.getName();
        if (name != null && (name.isBlank() || name.length() > MAX_NAME_CHARS)) {
            problems.add(
                    new FieldProblem("name", "must have 1 to %d characters, or be null".formatted(MAX_NAME_CHARS)));
        }
        check(camera.getCapture(), problems);
        check(camera.getRules(), problems);
        return problems;
    }

    private static void check(CaptureOptions capture, List<FieldProblem> problems) {
        if (!(capture.getFrameRate() >= 0 && capture.getFrameRate() <= MAX_FRAME_RATE)) {
            problems.add(new FieldProblem("capture.frame_rate", "must be 0 (all) to 1000 frames/s"));
        }
        int width = capture.getWidth();
        if (width != 0 && (width < 16 || width > 16384)) {
            problems.add(new FieldProblem("capture.width", "must be 0 (as is) or 16 to 16384 pixels"));
        }
        if (capture.getQuality() < 1 || capture.getQuality() > 100) {
            problems.add(new FieldProblem("capture.quality", "must be 1 to 100"));
        }
        if (capture.getPacing() == CapturePacing.UNKNOWN) {
            problems.add(new FieldProblem("capture.pacing", "must be REALTIME or UNPACED"));
        }
        if (capture.getEncoding() == FrameEncoding.UNKNOWN) {
            problems.add(new FieldProblem("capture.encoding", "must be JPEG or H264"));
        }
    }

    private static void check(List<RuleSet> rules, List<FieldProblem> problems) {
        @Nullable Instant before = null;
        for (int i = 0; i < rules.size(); i++) {
            RuleSet ruleSet = rules.get(i);
            String field = "rules[%d]".formatted(i);
            if (before != null && !ruleSet.getValidFrom().isAfter(before)) {
                problems.add(new FieldProblem(field + ".valid_from", "must be later than that of the rule set before"));
            }
            before = ruleSet.getValidFrom();
            problems.addAll(new RuleSetCheck(field).problems(ruleSet));
        }
    }
}
