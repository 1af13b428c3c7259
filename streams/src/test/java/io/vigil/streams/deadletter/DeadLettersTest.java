package io.vigil.streams.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.DeadLetter;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.RecordHeader;
import io.vigil.schema.wire.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

    private static final int MAX_BYTES = 100_000;
    private static final RejectedFrameException WHY =
            new RejectedFrameException(DeadLetterReason.MALFORMED, "it is broken");

    private final DeadLetters deadLetters = new DeadLetters(MAX_BYTES);

    @Test
    void shouldSayWhereTheRecordCameFromAndCarryAllOfIt() {
        Headers headers = new RecordHeaders().add("trace", new byte[] {1}).add("empty", null);
        Origin origin = new Origin("frames", 3, 42, 1000, headers, "north".getBytes(UTF_8), new byte[] {7, 8});

        DeadLetter letter = deadLetters.of(origin, WHY);

        assertThat(letter)
                .isEqualTo(new DeadLetter(
                        "frames",
                        3,
                        42L,
                        Instant.ofEpochSecond(1),
                        DeadLetterReason.MALFORMED,
                        "it is broken",
                        ByteBuffer.wrap("north".getBytes(UTF_8)),
                        java.util.List.of(
                                new RecordHeader("trace", ByteBuffer.wrap(new byte[] {1})),
                                new RecordHeader("empty", null)),
                        2,
                        ByteBuffer.wrap(new byte[] {7, 8})));
    }

    @Test
    void shouldDistinguishATombstoneFromAValueThatDoesNotFit() {
        DeadLetter tombstone = deadLetters.of(origin(0, 0, null), WHY);
        DeadLetter large = deadLetters.of(origin(0, 0, new byte[MAX_BYTES]), WHY);

        assertThat(tombstone.getValueSize()).isEqualTo(-1);
        assertThat(tombstone.getMessage()).isEqualTo("it is broken");
        assertThat(large.getValueSize()).isEqualTo(MAX_BYTES);
        assertThat(large.getValue()).isNull();
        assertThat(large.getMessage()).startsWith("it is broken; left out: value of ");
    }

    @Test
    void shouldKeepTheValueWhenTheHeadersDoNotFit() {
        DeadLetter letter = deadLetters.of(origin(0, MAX_BYTES, new byte[10]), WHY);

        assertThat(letter.getHeaders()).isEmpty();
        assertThat(letter.getValue()).isNotNull();
        assertThat(letter.getMessage()).contains("left out: headers of ");
    }

    @Property
    void shouldAlwaysFit(
            @ForAll @IntRange(max = 2 * MAX_BYTES) int key,
            @ForAll @IntRange(max = 2 * MAX_BYTES) int header,
            @ForAll @IntRange(max = 2 * MAX_BYTES) int value,
            @ForAll @IntRange(max = 20_000) int message) {
        RejectedFrameException why = new RejectedFrameException(DeadLetterReason.MALFORMED, "€".repeat(message));

        DeadLetter letter = deadLetters.of(origin(key, header, new byte[value]), why);

        // Kafka adds some hundred bytes around a record
        assertThat(AvroSerde.builtIn(DeadLetter.class).toBytes(letter)).hasSizeLessThan(MAX_BYTES - 1024);
    }

    private static Origin origin(int keyBytes, int headerBytes, byte[] value) {
        Headers headers = new RecordHeaders().add("large", new byte[headerBytes]);
        return new Origin("frames", 0, 0, 0, headers, new byte[keyBytes], value);
    }
}
