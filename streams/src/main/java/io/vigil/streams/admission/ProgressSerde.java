package io.vigil.streams.admission;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** A version byte and five numbers, big-endian; no analysed period is the smallest long. */
final class ProgressSerde implements Serde<Progress> {

    private static final byte VERSION = 1;
    private static final long NONE = Long.MIN_VALUE;
    private static final int BYTES = 1 + 5 * Long.BYTES;

    @Override
    public Serializer<Progress> serializer() {
        return (topic, progress) -> progress == null
                ? null
                : ByteBuffer.allocate(BYTES)
                        .put(VERSION)
                        .putLong(progress.epoch())
                        .putLong(progress.lastSequence())
                        .putLong(progress.recent())
                        .putLong(progress.lastTimeMicros())
                        .putLong(progress.lastAnalysed().orElse(NONE))
                        .array();
    }

    @Override
    public Deserializer<Progress> deserializer() {
        return (topic, bytes) -> bytes == null ? null : read(ByteBuffer.wrap(bytes));
    }

    private static Progress read(ByteBuffer bytes) {
        if (bytes.remaining() != BYTES || bytes.get() != VERSION) {
            throw new SerializationException(
                    "a stored progress of %d bytes is of no known version; reset the application or use another application-id"
                            .formatted(bytes.capacity()));
        }
        return new Progress(
                bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), optional(bytes.getLong()));
    }

    private static OptionalLong optional(long value) {
        return value == NONE ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
