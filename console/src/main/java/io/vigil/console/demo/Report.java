package io.vigil.console.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.results.Percentiles;
import io.vigil.console.results.Tally;
import io.vigil.producers.publish.DropReason;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.SkipReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * The account of a demo; its JSON form has the names of the components in snake case.
 *
 * @param cameras how many there were
 * @param seconds from the first moment of capture until the last result was seen
 * @param accounted whether {@code frames_captured = frames_dropped + frames_analysed + frames_skipped + dead_letters}
 * @param framesCaptured frames that got a sequence number
 * @param framesDropped those that did not reach Kafka
 * @param framesAnalysed those with a detections record
 * @param framesSkipped those that were sound but not analysed
 * @param deadLetters those that could not be analysed
 * @param detections detected objects
 * @param actions recognized clips
 * @param fps frames analysed per second, all cameras together
 * @param firstResultSeconds from the start of the command to the first committed result; -1 without one
 * @param firstResultAfterBrokerSeconds from the moment when the broker takes connections to the first committed result; -1 without
 *     one
 * @param latencyMs from capture to committed result
 * @param modelMs all detector graphs of one frame together
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Report(
        int cameras,
        double seconds,
        boolean accounted,
        long framesCaptured,
        long framesDropped,
        long framesAnalysed,
        long framesSkipped,
        long deadLetters,
        long detections,
        long actions,
        double fps,
        double firstResultSeconds,
        double firstResultAfterBrokerSeconds,
        Percentiles latencyMs,
        Percentiles modelMs,
        Map<DropReason, Long> droppedByReason,
        Map<SkipReason, Long> skippedByReason,
        Map<DeadLetterReason, Long> deadLettersByReason) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    static Report of(int cameras, double seconds, StartTimes times, CaptureTotals capture, Tally.Totals results) {
        return new Report(
                cameras,
                rounded(seconds),
                capture.captured() == capture.dropped() + results.outcomes(),
                capture.captured(),
                capture.dropped(),
                results.analysed(),
                results.skipped(),
                results.deadLetters(),
                results.boxes(),
                results.clips(),
                seconds > 0 ? rounded(results.analysed() / seconds) : 0,
                rounded(times.secondsSinceCommand(results.firstResult())),
                rounded(times.secondsSinceBrokerUp(results.firstResult())),
                results.latencyMs(),
                results.modelMs(),
                capture.droppedByReason(),
                results.skippedByReason(),
                results.deadLettersByReason());
    }

    /** Frames that came to no outcome; negative when there are more outcomes than frames. */
    @JsonIgnore
    long missing() {
        return framesCaptured - framesDropped - framesAnalysed - framesSkipped - deadLetters;
    }

    /** The account in a few lines for a person. */
    String summary() {
        return String.format(
                Locale.ROOT,
                """
                %d frames captured = %d analysed + %d skipped + %d dead letters + %d dropped%s
                %d objects, %d actions; %.1f frames/s; latency p50 %.0f ms, p95 %.0f ms; model p50 %.1f ms""",
                framesCaptured,
                framesAnalysed,
                framesSkipped,
                deadLetters,
                framesDropped,
                accounted ? "" : ": %d MISSING".formatted(missing()),
                detections,
                actions,
                fps,
                latencyMs.p50(),
                latencyMs.p95(),
                modelMs.p50());
    }

    /**
     * Writes the JSON form.
     *
     * @throws Failure if the file cannot be written
     */
    void writeTo(Path file) {
        try {
            JSON.writeValue(file.toFile(), this);
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "--report: cannot write %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
