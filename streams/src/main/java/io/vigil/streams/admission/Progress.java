package io.vigil.streams.admission;

import java.util.OptionalLong;

/**
 * How far a camera's stream has come.
 *
 * @param epoch stream epoch of the last sound frame
 * @param lastSequence its sequence
 * @param recent bit {@code i} is set when {@code lastSequence - i} was seen
 * @param lastTimeMicros its capture time
 * @param lastAnalysed analysis period of the last admitted frame of the epoch, empty if none was
 */
public record Progress(long epoch, long lastSequence, long recent, long lastTimeMicros, OptionalLong lastAnalysed) {

    boolean hasSeen(long sequence) {
        long distance = lastSequence - sequence;
        return distance >= 0 && distance < Long.SIZE && (recent >>> distance & 1) == 1;
    }
}
