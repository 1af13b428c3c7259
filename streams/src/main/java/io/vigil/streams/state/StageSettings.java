package io.vigil.streams.state;

import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import io.vigil.streams.deadletter.DeadLetters;
import io.vigil.streams.frame.InputFit;
import io.vigil.streams.metrics.FrameMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * What all stages of the topology have in common.
 *
 * @param frames how frames are written to stores
 * @param inputs what decoded pictures are fitted into; stored frames must be decoded as they were the first time
 * @param silence a camera without a frame for longer is forgotten
 * @param deadLetters writes dead letters
 * @param clock of the host, for silence, shedding and the log
 * @param metrics is told of every outcome
 */
public record StageSettings(
        Topic<Frame> frames,
        List<InputFit> inputs,
        Duration silence,
        DeadLetters deadLetters,
        Clock clock,
        FrameMetrics metrics) {

    public StageSettings {
        inputs = List.copyOf(inputs);
    }
}
