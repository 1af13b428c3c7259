package io.vigil.streams.state;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Values of a store: a version byte, then the value, big-endian. Thread-safe. */
public final class VersionedSerde<T> implements Serde<T> {

    /** Writes a value without its version. */
    @FunctionalInterface
    public interface Writer<T> {
        void write(T value, DataOutput out) throws IOException;
    }

    /** Reads what a {@link Writer} wrote. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(DataInput in) throws IOException;
    }

    private final String name;
    private final byte version;
    private final Writer<T> writer;
    private final Reader<T> reader;

    /**
     * @param name what a value is called in messages
     * @param version of what {@code writer} writes and {@code reader} reads
     */
    public VersionedSerde(String name, byte version, Writer<T> writer, Reader<T> reader) {
        this.name = name;
        this.version = version;
        this.writer = writer;
        this.reader = reader;
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, value) -> value == null ? null : bytes(value);
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> bytes == null ? null : value(bytes);
    }

    private byte[] bytes(T value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeByte(version);
            writer.write(value, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private T value(byte[] bytes) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            if (in.readByte() == version) {
                return reader.read(in);
            }
        } catch (IOException e) {
            throw new SerializationException("a stored %s of %d bytes is damaged".formatted(name, bytes.length), e);
        }
        throw new SerializationException(
                "a stored %s is of no known version; reset the application or use another application-id"
                        .formatted(name));
    }
}
