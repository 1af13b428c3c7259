package io.vigil.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroSerdeTest {

    private static final Frame FRAME = new Frame(
            "north", 7L, 3L, Instant.EPOCH.plusNanos(1_000), 4, 2, FrameEncoding.JPEG, ByteBuffer.wrap(new byte[] {1, 2
            }));

    private final AvroSerde<Frame> frames = AvroSerde.builtIn(Frame.class);

    @Test
    void shouldReadWhatItWrote() {
        assertThat(frames.fromBytes(frames.toBytes(FRAME))).isEqualTo(FRAME);
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
                .hasMessage("schema id 4 is a Skipped, not a Frame");
    }
}
