package io.vigil.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class ProgressSerdeTest {

    private final ProgressSerde serde = new ProgressSerde();

    @Test
    void shouldReadWhatItWrote() {
        Progress analysed = new Progress(7, 42, 0b1011, 1_700_000_000_000_000L, OptionalLong.of(17));
        Progress shed = new Progress(7, 42, 1, 0, OptionalLong.empty());

        assertThat(read(serde.serializer().serialize("any", analysed))).isEqualTo(analysed);
        assertThat(read(serde.serializer().serialize("any", shed))).isEqualTo(shed);
    }

    @Test
    void shouldRefuseAnotherVersion() {
        byte[] bytes = serde.serializer().serialize("any", new Progress(1, 2, 3, 4, OptionalLong.empty()));
        bytes[0] = 2;

        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("application-id");
    }

    private Progress read(byte[] bytes) {
        return serde.deserializer().deserialize("any", bytes);
    }
}
