package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class DirectMemoryTest {

    private final DirectMemory memory = new DirectMemory();

    @Test
    void shouldGiveAsManyDirectBytesInNativeOrderAsAreAskedFor() {
        for (int bytes : new int[] {0, 12, 3}) {
            ByteBuffer given = memory.of(bytes);

            assertThat(given.isDirect()).isTrue();
            assertThat(given.order()).isEqualTo(ByteOrder.nativeOrder());
            assertThat(given.position()).isZero();
            assertThat(given.remaining()).isEqualTo(bytes);
        }
    }

    @Test
    void shouldUseTheSameMemoryAgainWhereItIsLargeEnough() {
        ByteBuffer first = memory.of(12).put((byte) 7);

        assertThat(memory.of(3)).isSameAs(first);
        assertThat(memory.of(13)).isNotSameAs(first);
    }
}
