package io.vigil.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroSerdeTest {

    private static final Frame FRAME = new Frame(
            "north",
            7L,
            3L,
            Instant.EPOCH.plusNanos(1_000),
            4,
            2,
            FrameEncoding.JPEG,
            ByteBuffer.wrap(new byte[] {1, 2}),
            null);

    private final AvroSerde<Frame> frames = AvroSerde.builtIn(Frame.class);

    @Test
    void shouldReadWhatItWrote() {
        assertThat(frames.fromBytes(frames.toBytes(FRAME))).isEqualTo(FRAME);
    }

    @Test
    void shouldReadAFrameOfTheFirstRelease() throws Exception {
        Schema first = BuiltInSchemaIds.instance().schemaOf(1).orElseThrow();
        GenericRecord old = new GenericRecordBuilder(first)
                .set("camera_id", "north")
                .set("epoch", 7L)
                .set("sequence", 3L)
                .set("capture_time", 1L)
                .set("width", 4)
                .set("height", 2)
                .set(
                        "encoding",
                        new GenericData.EnumSymbol(first.getField("encoding").schema(), "JPEG"))
                .set("image", ByteBuffer.wrap(new byte[] {1, 2}))
                .build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0, 0, 0, 0, 1});
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(first).write(old, encoder);

        assertThat(frames.fromBytes(bytes.toByteArray())).isEqualTo(FRAME);
    }

    @Test
    void shouldStartWithTheMagicByteAndTheReleasedId() {
        ByteBuffer bytes = ByteBuffer.wrap(frames.toBytes(FRAME));

        assertThat(bytes.get()).isZero();
        assertThat(bytes.getInt()).isEqualTo(BuiltInSchemaIds.instance().idOf(Frame.getClassSchema()));
    }

    @Test
    void shouldKeepTombstones() {
        assertThat(frames.serializer().serialize("any", null)).isNull();
        assertThat(frames.deserializer().deserialize("any", (byte[]) null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 9, 19})
    void shouldRefuseARecordCutShort(int length) {
        byte[] cut = Arrays.copyOf(frames.toBytes(FRAME), length);

        assertThatThrownBy(() -> frames.fromBytes(cut)).isInstanceOf(WireFormatException.class);
    }

    @Test
    void shouldRefuseBytesThatAreLeftOver() {
        byte[] whole = frames.toBytes(FRAME);
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);

        assertThatThrownBy(() -> frames.fromBytes(longer))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("left over");
    }

    @Test
    void shouldRefuseAHugeDeclaredLengthWithoutAllocatingIt() {
        byte[] bytes = frames.toBytes(FRAME);
        // the camera id's length, a zig-zag varint, becomes 2^31 - 1
        byte[] bomb = ByteBuffer.allocate(16)
                .put(bytes, 0, 5)
                .put(new byte[] {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F})
                .array();

        assertThatThrownBy(() -> frames.fromBytes(bomb)).isInstanceOf(WireFormatException.class);
    }

    @Test
    void shouldRefuseAnUnknownId() {
        byte[] bytes = frames.toBytes(FRAME);
        ByteBuffer.wrap(bytes).putInt(1, 4711);

        assertThatThrownBy(() -> frames.fromBytes(bytes))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("4711");
    }

    @Test
    void shouldRefuseTheRecordOfAnotherTopic() {
        byte[] skipped =
                AvroSerde.builtIn(Skipped.class).toBytes(new Skipped("north", 7L, 3L, Instant.EPOCH, SkipReason.LATE));

        assertThatThrownBy(() -> frames.fromBytes(skipped))
                .isInstanceOf(WireFormatException.class)
                .hasMessage("schema id 11 is a Skipped, not a Frame");
    }
}
