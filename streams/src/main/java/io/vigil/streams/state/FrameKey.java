package io.vigil.streams.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Where a stored frame lies: the frames of a camera beside each other, oldest first.
 *
 * <p>As bytes: the camera id in UTF-8, a zero byte, which no camera id contains, and the slot, big-endian.
 *
 * @param camera a valid camera id
 * @param slot of event time, not negative
 */
record FrameKey(String camera, long slot) {

    private static final int SUFFIX_BYTES = 1 + Long.BYTES;

    static Serde<FrameKey> serde() {
        Serializer<FrameKey> serializer = (topic, key) -> key.toBytes();
        Deserializer<FrameKey> deserializer = (topic, bytes) -> fromBytes(bytes);
        return Serdes.serdeFrom(serializer, deserializer);
    }

    /** Writes what the keys of a camera, and of no other, start with. */
    static Serializer<String> prefix() {
        return (topic, camera) -> {
            byte[] id = camera.getBytes(UTF_8);
            return ByteBuffer.allocate(id.length + 1).put(id).array();
        };
    }

    private byte[] toBytes() {
        byte[] id = camera.getBytes(UTF_8);
        return ByteBuffer.allocate(id.length + SUFFIX_BYTES)
                .put(id)
                .put((byte) 0)
                .putLong(slot)
                .array();
    }

    private static FrameKey fromBytes(byte[] bytes) {
        int idBytes = bytes.length - SUFFIX_BYTES;
        return new FrameKey(
                new String(bytes, 0, idBytes, UTF_8), ByteBuffer.wrap(bytes).getLong(idBytes + 1));
    }
}
