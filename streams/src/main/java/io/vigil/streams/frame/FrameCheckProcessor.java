package io.vigil.streams.frame;

import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.DeadLetterOutlet;
import io.vigil.streams.deadletter.DeadLetters;
import io.vigil.streams.deadletter.Origin;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.metrics.FrameMetrics;
import io.vigil.streams.node.Nodes;
import java.time.Clock;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Reads raw records into frames; what is none becomes a dead letter. Headers go no further than that. */
public final class FrameCheckProcessor
        implements Processor<byte @Nullable [], byte @Nullable [], @Nullable String, Object> {

    private final FrameCheck check;
    private final DeadLetters deadLetters;
    private final Clock clock;
    private final FrameMetrics metrics;
    private ProcessorContext<@Nullable String, Object> context;
    private DeadLetterOutlet outlet;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    public FrameCheckProcessor(FrameCheck check, DeadLetters deadLetters, Clock clock, FrameMetrics metrics) {
        this.check = check;
        this.deadLetters = deadLetters;
        this.clock = clock;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<@Nullable String, Object> context) {
        this.context = context;
        this.outlet = new DeadLetterOutlet(deadLetters, context, clock, metrics);
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> record) {
        Origin origin = origin(record);
        try {
            Frame frame = check.check(record.key(), record.value());
            CheckedFrame checked = new CheckedFrame(frame, FrameStamp.of(frame), origin);
            context.forward(new Record<>(checked.camera(), checked, record.timestamp()), Nodes.ADMIT);
        } catch (RejectedFrameException e) {
            outlet.send(FrameCheck.camera(record.key()), origin, e);
        }
    }

    private Origin origin(Record<byte @Nullable [], byte @Nullable []> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        return new Origin(
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                record.timestamp(),
                record.headers(),
                record.key(),
                record.value());
    }
}
