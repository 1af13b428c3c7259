package io.vigil.schema.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Records of one Avro class in the wire format.
 *
 * <p>Reading resolves the schema a record was written with, found by its id, to the schema of the class. Thread-safe.
 * A null value (a tombstone) stays null in both directions.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {

    private static final byte MAGIC = 0;
    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    private final SchemaIds ids;
    private final Schema schema;
    private final SpecificData data;
    private final int id;
    private final SpecificDatumWriter<T> writer;
    private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();

    /**
     * A serde for records of {@code type}.
     *
     * @throws WireFormatException if {@code ids} has no id for the schema of the class
     */
    public AvroSerde(Class<T> type, SchemaIds ids) {
        TrustedRecords.trust();
        this.ids = ids;
        this.data = SpecificData.getForClass(type);
        this.schema = data.getSchema(type);
        this.id = ids.idOf(schema);
        this.writer = new SpecificDatumWriter<>(schema, data);
    }

    public static <T extends SpecificRecord> AvroSerde<T> builtIn(Class<T> type) {
        return new AvroSerde<>(type, BuiltInSchemaIds.instance());
    }

    /** The schema that records are read as and written with. */
    public Schema schema() {
        return schema;
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, value) -> value == null ? null : toBytes(value);
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> bytes == null ? null : fromBytes(bytes);
    }

    /** One record in the wire format. */
    public byte[] toBytes(T value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.writeBytes(ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            writer.write(value, encoder);
            encoder.flush();
        } catch (IOException | AvroRuntimeException e) {
            throw new WireFormatException("%s cannot be written: %s".formatted(schema.getName(), e.getMessage()), e);
        }
        return out.toByteArray();
    }

    /**
     * Reads one record in the wire format; all bytes must be used up by it.
     *
     * @throws WireFormatException if the bytes are anything else, with the reason in a sentence
     */
    public T fromBytes(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != MAGIC) {
            throw new WireFormatException("no Avro record in the wire format: %d bytes%s"
                    .formatted(bytes.length, bytes.length == 0 ? "" : ", first byte %d".formatted(bytes[0])));
        }
        SpecificDatumReader<T> reader = reader(ByteBuffer.wrap(bytes).getInt(1));
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
        T value;
        try {
            value = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new WireFormatException("bytes are left over after the %s".formatted(schema.getName()));
            }
        } catch (IOException | RuntimeException e) {
            if (e instanceof WireFormatException known) {
                throw known;
            }
            throw new WireFormatException("no %s in %d bytes: %s".formatted(schema.getName(), bytes.length, e), e);
        }
        return value;
    }

    private SpecificDatumReader<T> reader(int writerId) {
        @Nullable SpecificDatumReader<T> known = readers.get(writerId);
        if (known != null) {
            return known;
        }
        Schema written = ids.schemaOf(writerId)
                .orElseThrow(() -> new WireFormatException("schema id %d is unknown".formatted(writerId)));
        if (!written.getFullName().equals(schema.getFullName())) {
            throw new WireFormatException(
                    "schema id %d is a %s, not a %s".formatted(writerId, written.getName(), schema.getName()));
        }
        return readers.computeIfAbsent(writerId, unused -> new SpecificDatumReader<>(written, schema, data));
    }
}
