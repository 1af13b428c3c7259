package io.vigil.streams.topology;

import static io.vigil.streams.testing.FrameFixture.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.DeadLetter;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Detections;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.Jpegs;
import io.vigil.streams.testing.ServiceUnderTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeadLetterTopologyTest {

    private static final byte[] NORTH = "north".getBytes(UTF_8);
    private static final byte[] NOISE = Jpegs.noise(64, 48);

    private final ServiceUnderTest service = ServiceUnderTest.with("");

    @AfterEach
    void close() {
        service.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("poison")
    void shouldBuryPoisonAndGoOnWithoutATrace(String what, byte[] key, byte[] value, DeadLetterReason reason) {
        service.pipe(frame(0, 0).grey(10)).pipe(key, value).pipe(frame(1, 100).grey(20));

        assertThat(service.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.getReason()).isEqualTo(reason);
            assertThat(letter.getTopic()).isEqualTo("vigil.frames");
            assertThat(letter.getOffset()).isEqualTo(1);
            assertThat(letter.getMessage()).isNotBlank();
            assertThat(letter.getKey()).isEqualTo(key == null ? null : ByteBuffer.wrap(key));
            assertThat(letter.getValue()).isEqualTo(value == null ? null : ByteBuffer.wrap(value));
            assertThat(letter.getValueSize()).isEqualTo(value == null ? -1 : value.length);
        });
        assertThat(service.detections()).extracting(Detections::getSequence).containsExactly(0L, 1L);
        assertThat(service.skipped()).isEmpty();
    }

    static Stream<Arguments> poison() {
        byte[] random = new byte[5000];
        new Random(7).nextBytes(random);
        Stream<Arguments> cuts = IntStream.range(0, 10)
                .mapToObj(tenth -> poison(
                        "a JPEG cut after %d %%".formatted(tenth * 10),
                        poisonousFrame(Arrays.copyOf(NOISE, NOISE.length * tenth / 10)),
                        DeadLetterReason.TRUNCATED));
        Stream<Arguments> others = Stream.of(
                Arguments.of("no key", null, frame(1, 50).toBytes(), DeadLetterReason.INVALID_KEY),
                Arguments.of("no camera id", "../n".getBytes(UTF_8), random, DeadLetterReason.INVALID_KEY),
                Arguments.of("no value", NORTH, null, DeadLetterReason.NULL_VALUE),
                poison("random bytes", random, DeadLetterReason.MALFORMED),
                poison("no bytes", new byte[0], DeadLetterReason.MALFORMED),
                poison(
                        "a record without its last fields",
                        Arrays.copyOf(frame(1, 50).toBytes(), 30),
                        DeadLetterReason.MALFORMED),
                poison("another camera", frame(1, 50).camera("south").toBytes(), DeadLetterReason.KEY_MISMATCH),
                poison(
                        "an unknown encoding",
                        frame(1, 50).encoding(FrameEncoding.UNKNOWN).toBytes(),
                        DeadLetterReason.UNSUPPORTED_ENCODING),
                poison("a header of 65500 x 65500 pixels", poisonousFrame(bomb()), DeadLetterReason.OVERSIZED),
                poison(
                        "another size than the record says",
                        poisonousFrame(Jpegs.grey(48, 64, 0)),
                        DeadLetterReason.DIMENSION_MISMATCH),
                poison("a PNG", poisonousFrame(Jpegs.png(64, 48)), DeadLetterReason.UNDECODABLE),
                poison("a JPEG without its tables", broken(frame(1, 100)), DeadLetterReason.UNDECODABLE));
        return Stream.concat(cuts, others);
    }

    @Test
    void shouldBuryAFrameOnWhichTheModelFails() {
        service.pipe(frame(0, 0).grey(0))
                .pipe(frame(1, 100).grey(20))
                .pipe(frame(2, 200).grey(30));

        assertThat(service.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.getReason()).isEqualTo(DeadLetterReason.INFERENCE_FAILED);
            assertThat(letter.getMessage()).isEqualTo("the detector's scores are not numbers");
            assertThat(letter.getValue()).isNotNull();
        });
        // it did not become a support frame either
        assertThat(service.detections().get(1).getSupportSequences()).containsExactly(1L);
    }

    @Test
    void shouldNotUseUpThePeriodOrTheSequenceOfASoundFrame() {
        service.pipe(frame(0, 0).image(withoutTables())).pipe(frame(0, 0));

        assertThat(service.deadLetters()).hasSize(1);
        assertThat(service.detections()).extracting(Detections::getSequence).containsExactly(0L);
    }

    @Test
    void shouldKeepTheHeadersOfTheRecord() {
        service.pipe(
                new TestRecord<>(NORTH, new byte[3], new RecordHeaders().add("trace", "abc".getBytes(UTF_8)), 1234L));

        DeadLetter letter = service.deadLetters().get(0);

        assertThat(letter.getHeaders()).singleElement().satisfies(header -> assertThat(header.getKey())
                .isEqualTo("trace"));
        assertThat(letter.getTimestamp().toEpochMilli()).isEqualTo(1234);
    }

    @Test
    void shouldBeKeyedByTheCameraWhereThereIsOne() {
        service.pipe(NORTH, new byte[3]);
        assertThat(service.deadLetterKeys()).containsExactly("north");

        service.pipe("no camera".getBytes(UTF_8), new byte[3]);
        assertThat(service.deadLetterKeys()).containsExactly((String) null);
    }

    @Test
    void shouldLeaveOutAValueThatDoesNotFit() {
        byte[] large = new byte[Topics.MAX_FRAME_BYTES + 64 * 1024];

        service.pipe(NORTH, large);

        assertThat(service.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.getReason()).isEqualTo(DeadLetterReason.OVERSIZED);
            assertThat(letter.getValue()).isNull();
            assertThat(letter.getValueSize()).isEqualTo(large.length);
        });
    }

    @Test
    void shouldKeepNoStateOfACameraThatSendsOnlyPoison() {
        service.pipe("evil".getBytes(UTF_8), new byte[3])
                .pipe(frame().camera("evil").image(withoutTables()));

        assertThat(service.storeSize(StoreNames.PROGRESS)).isZero();
    }

    private static Arguments poison(String what, byte[] value, DeadLetterReason reason) {
        return Arguments.of(what, NORTH, value, reason);
    }

    private static byte[] broken(FrameFixture frame) {
        return frame.image(withoutTables()).toBytes();
    }

    private static byte[] poisonousFrame(byte[] image) {
        return frame(1, 50).image(image).toBytes();
    }

    /** A whole picture of 64 x 48 whose header declares the largest size that the format knows. */
    private static byte[] bomb() {
        byte[] bomb = NOISE.clone();
        ByteBuffer.wrap(bomb, frameHeader(bomb) + 5, 4).putShort((short) 65500).putShort((short) 65500);
        return bomb;
    }

    /** A picture that is complete as far as its segments go, but has nothing to decode it with. */
    private static byte[] withoutTables() {
        byte[] damaged = NOISE.clone();
        // component 1 asks for quantization table 3, which is not there
        damaged[frameHeader(damaged) + 12] = 3;
        return damaged;
    }

    private static int frameHeader(byte[] jpeg) {
        int at = 0;
        while (jpeg[at] != (byte) 0xFF || jpeg[at + 1] != (byte) 0xC0) {
            at++;
        }
        return at;
    }
}
