package io.vigil.console.web.cameras;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.camera.SourceTemplate;
import io.vigil.schema.Camera;
import io.vigil.schema.CaptureOptions;
import io.vigil.schema.CapturePacing;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.RuleSet;
import io.vigil.schema.camera.CameraCheck;
import io.vigil.schema.camera.FieldProblem;
import io.vigil.schema.topic.CameraId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the next record of a camera.
 *
 * <p>Changed rules hold from a little later than now, so that the record is there before the first frame that they are for. Those that
 * held before stay in the record for as long as frames are kept, so that a replay finds them.
 *
 * @param frameRetention how long frames are kept
 */
record CameraEdit(Duration frameRetention) {

    /** How much later than now changed rules hold: more than a record needs to the service, and clocks differ. */
    static final Duration LEAD = Duration.ofSeconds(2);

    private static final CaptureOptions DEFAULT_CAPTURE =
            new CaptureOptions(0.0, 0, 85, false, CapturePacing.REALTIME, FrameEncoding.JPEG);

    /**
     * The record after a page's change.
     *
     * @throws RefusedException with all that is wrong
     */
    Camera changed(String id, CameraForm form, @Nullable Camera before, Instant now) {
        Camera camera = new Camera(
                id,
                blankAsNull(form.name()),
                blankAsNull(form.source()),
                form.paused(),
                capture(form.capture(), before == null ? DEFAULT_CAPTURE : before.getCapture()),
                rules(form.rules(), before == null ? List.of() : before.getRules(), now));
        List<FieldProblem> problems = new ArrayList<>(CameraCheck.problems(id, camera).stream()
                .map(problem ->
                        new FieldProblem(problem.field().replaceFirst("^rules\\[\\d+]", "rules"), problem.message()))
                .distinct()
                .toList());
        if (problems.isEmpty()) {
            sourceProblem(camera).ifPresent(problems::add);
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return camera;
    }

    private static CaptureOptions capture(CameraForm.@Nullable Capture form, CaptureOptions before) {
        return form == null
                ? before
                : new CaptureOptions(
                        Objects.requireNonNullElse(form.frameRate(), DEFAULT_CAPTURE.getFrameRate()),
                        Objects.requireNonNullElse(form.width(), DEFAULT_CAPTURE.getWidth()),
                        Objects.requireNonNullElse(form.quality(), DEFAULT_CAPTURE.getQuality()),
                        Objects.requireNonNullElse(form.loop(), DEFAULT_CAPTURE.getLoop()),
                        Objects.requireNonNullElse(form.pacing(), DEFAULT_CAPTURE.getPacing()),
                        Objects.requireNonNullElse(form.encoding(), DEFAULT_CAPTURE.getEncoding()));
    }

    private List<RuleSet> rules(CameraForm.@Nullable Rules form, List<RuleSet> before, Instant now) {
        if (form == null) {
            return before;
        }
        @Nullable RuleSet last = before.isEmpty() ? null : before.get(before.size() - 1);
        if (last != null && RulesForm.ruleSet(form, last.getValidFrom()).equals(last)) {
            return before;
        }
        Instant validFrom = now.plus(LEAD).truncatedTo(ChronoUnit.MILLIS);
        if (last != null && !validFrom.isAfter(last.getValidFrom())) {
            validFrom = last.getValidFrom().plus(1, ChronoUnit.MILLIS);
        }
        List<RuleSet> rules = new ArrayList<>(before);
        rules.add(RulesForm.ruleSet(form, validFrom));
        Instant oldestFrame = now.minus(frameRetention);
        while (rules.size() > 1 && !rules.get(1).getValidFrom().isAfter(oldestFrame)) {
            rules.remove(0);
        }
        return rules;
    }

    /** The ingest will judge the source again, with what its placeholders stand for. */
    private static Optional<FieldProblem> sourceProblem(Camera camera) {
        if (camera.getSource() == null) {
            return Optional.empty();
        }
        SourceTemplate source;
        try {
            source = SourceTemplate.parse(camera.getSource());
        } catch (IllegalArgumentException e) {
            return Optional.of(new FieldProblem("source", String.valueOf(e.getMessage())));
        }
        CaptureOptions capture = camera.getCapture();
        try {
            new CameraConfig(
                    new CameraId(camera.getCameraId()),
                    source.resolve(unused -> Optional.of("x")),
                    capture.getFrameRate(),
                    capture.getWidth(),
                    capture.getQuality(),
                    capture.getLoop(),
                    capture.getPacing() == CapturePacing.UNPACED ? Pacing.UNPACED : Pacing.REALTIME,
                    capture.getEncoding());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(new FieldProblem("capture", String.valueOf(e.getMessage())));
        }
    }

    private static @Nullable String blankAsNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }
}
