package io.vigil.streams.state;

import io.vigil.schema.FrameReference;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** The frame that the topology is at work on. */
public final class CurrentFrame {

    private CurrentFrame() {}

    /**
     * Where it lies.
     *
     * @param epoch its stream epoch
     * @param sequence its sequence number
     * @throws IllegalStateException outside of the processing of a record
     */
    public static FrameReference reference(ProcessorContext<?, ?> context, long epoch, long sequence) {
        RecordMetadata record =
                context.recordMetadata().orElseThrow(() -> new IllegalStateException("no frame is being processed"));
        return new FrameReference(record.topic(), record.partition(), record.offset(), epoch, sequence);
    }
}
