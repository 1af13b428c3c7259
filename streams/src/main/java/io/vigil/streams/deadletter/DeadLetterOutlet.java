package io.vigil.streams.deadletter;

import io.vigil.streams.logging.RepeatedWarnings;
import io.vigil.streams.metrics.FrameMetrics;
import io.vigil.streams.node.Nodes;
import java.time.Clock;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a processor sends records that cannot be analysed: to the dead letters, and as a line to the log. */
public final class DeadLetterOutlet {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterOutlet.class);

    private final DeadLetters deadLetters;
    private final ProcessorContext<@Nullable String, Object> context;
    private final FrameMetrics metrics;
    private final RepeatedWarnings warnings;

    public DeadLetterOutlet(
            DeadLetters deadLetters,
            ProcessorContext<@Nullable String, Object> context,
            Clock clock,
            FrameMetrics metrics) {
        this.deadLetters = deadLetters;
        this.context = context;
        this.metrics = metrics;
        this.warnings = new RepeatedWarnings(LOG, clock);
    }

    /**
     * Ends the way of a record.
     *
     * @param camera empty if the record's key names none
     */
    public void send(Optional<String> camera, Origin origin, RejectedFrameException why) {
        warnings.warn(
                "camera %s, %s".formatted(camera.orElse("unknown"), why.reason()),
                "%s: %s".formatted(origin, why.sentence()));
        metrics.deadLetter(why.reason());
        context.forward(
                new Record<>(camera.orElse(null), deadLetters.of(origin, why), origin.timestamp()), Nodes.DEAD_LETTERS);
    }
}
