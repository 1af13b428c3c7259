package io.vigil.console.results;

import io.vigil.schema.Actions;
import io.vigil.schema.Detections;
import java.util.Optional;

/**
 * What became of one camera's frames so far.
 *
 * @param analysed frames with a detections record
 * @param skipped frames that were not analysed
 * @param deadLetters frames that could not be analysed
 * @param recentLatencyMs median from capture to committed result since the last reading, ms; empty without a result
 * @param lastDetections the newest detections
 * @param lastActions the newest actions
 */
public record CameraTally(
        long analysed,
        long skipped,
        long deadLetters,
        Optional<Double> recentLatencyMs,
        Optional<Detections> lastDetections,
        Optional<Actions> lastActions) {

    /** Frames that came to their end, whichever. */
    public long outcomes() {
        return analysed + skipped + deadLetters;
    }
}
