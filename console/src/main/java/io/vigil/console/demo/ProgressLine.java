package io.vigil.console.demo;

import io.vigil.console.results.CameraTally;
import io.vigil.producers.app.CameraStatus;
import io.vigil.producers.capture.CameraState;
import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One camera at one moment, as a line for a person. */
final class ProgressLine {

    private static final int BOXES_SHOWN = 3;

    private ProgressLine() {}

    /**
     * The line.
     *
     * @param elapsed since capture began
     * @param framesPerSecond analysed since the last line
     */
    static String of(Duration elapsed, CameraStatus camera, CameraTally results, double framesPerSecond) {
        String time = "%02d:%02d".formatted(elapsed.toMinutes(), elapsed.toSecondsPart());
        String latency = results.recentLatencyMs()
                .map(ms -> String.format(Locale.ROOT, "%.0f ms", ms))
                .orElse("-");
        String line = String.format(
                Locale.ROOT,
                "%s  %-10s %5.1f frames/s %8s  %s  %s",
                time,
                camera.id(),
                framesPerSecond,
                latency,
                results.lastDetections().map(ProgressLine::boxes).orElse("no result yet"),
                results.lastActions().map(ProgressLine::action).orElse(""));
        return (line.stripTrailing() + trouble(camera)).stripTrailing();
    }

    private static String boxes(Detections detections) {
        List<Box> boxes = detections.getBoxes();
        if (boxes.isEmpty()) {
            return "nothing";
        }
        String shown = boxes.stream()
                .limit(BOXES_SHOWN)
                .map(box -> String.format(Locale.ROOT, "%s %.2f", box.getLabel(), box.getScore()))
                .collect(Collectors.joining(", "));
        int more = boxes.size() - BOXES_SHOWN;
        return more > 0 ? "%s, +%d".formatted(shown, more) : shown;
    }

    private static String action(Actions actions) {
        return actions.getScores().stream()
                .findFirst()
                .map(best -> String.format(Locale.ROOT, "[%s %.2f]", best.getLabel(), best.getScore()))
                .orElse("");
    }

    private static String trouble(CameraStatus camera) {
        boolean normal = camera.state() == CameraState.LIVE || camera.state() == CameraState.FINISHED;
        return normal
                ? ""
                : "  (%s%s)"
                        .formatted(
                                camera.state().name().toLowerCase(Locale.ROOT),
                                camera.problem().map(problem -> ": " + problem).orElse(""));
    }
}
