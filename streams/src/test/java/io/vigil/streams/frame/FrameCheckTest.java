package io.vigil.streams.frame;

import static io.vigil.schema.DeadLetterReason.DIMENSION_MISMATCH;
import static io.vigil.schema.DeadLetterReason.INVALID_KEY;
import static io.vigil.schema.DeadLetterReason.KEY_MISMATCH;
import static io.vigil.schema.DeadLetterReason.MALFORMED;
import static io.vigil.schema.DeadLetterReason.NULL_VALUE;
import static io.vigil.schema.DeadLetterReason.OVERSIZED;
import static io.vigil.schema.DeadLetterReason.UNDECODABLE;
import static io.vigil.schema.DeadLetterReason.UNSUPPORTED_ENCODING;
import static io.vigil.streams.testing.FrameFixture.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.H264Log;
import io.vigil.streams.testing.Jpegs;
import java.time.Instant;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameCheckTest {

    private static final byte[] NORTH = "north".getBytes(UTF_8);

    private final FrameCheck check =
            new FrameCheck(FrameFixture.SERDE, new FrameLimits(100_000, 64 * 48, new GroupLimits(600, 1 << 25)));

    @Test
    void shouldPassASoundFrame() throws RejectedFrameException {
        FrameFixture sound = frame(3, 40);

        assertThat(check.check(NORTH, sound.toBytes())).isEqualTo(sound.build());
    }

    @Test
    void shouldOutlineAFrameWithoutLookingAtItsPicture() throws RejectedFrameException {
        byte[] noPicture = {1, 2, 3};
        FrameFixture broken = frame(3, 40).image(noPicture);

        Frame outline = check.outline(NORTH, broken.toBytes());

        assertThat(reject(NORTH, broken.toBytes()).reason()).isEqualTo(UNDECODABLE);
        assertThat(outline).isEqualTo(frame(3, 40).image(new byte[0]).build());
        assertThat(FrameStamp.of(outline)).isEqualTo(broken.stamp());
    }

    @Test
    void shouldNotOutlineAFrameWhoseRecordIsBroken() {
        byte[] other = frame().camera("south").toBytes();

        assertThat(catchThrowableOfType(RejectedFrameException.class, () -> check.outline(NORTH, other))
                        .reason())
                .isEqualTo(KEY_MISMATCH);
    }

    @Test
    void shouldRefuseAKeyThatIsNoCameraId() {
        assertThat(reject(null, frame().toBytes()).reason()).isEqualTo(INVALID_KEY);
        assertThat(reject(new byte[0], frame().toBytes()).reason()).isEqualTo(INVALID_KEY);
        assertThat(reject("../north".getBytes(UTF_8), frame().toBytes()).reason())
                .isEqualTo(INVALID_KEY);
        assertThat(reject(new byte[] {(byte) 0xC3, 0x28}, frame().toBytes()).reason())
                .isEqualTo(INVALID_KEY);
        assertThat(reject(new byte[64 * 1024], frame().toBytes()).reason()).isEqualTo(INVALID_KEY);
    }

    @Test
    void shouldRefuseATombstone() {
        assertThat(reject(NORTH, null).reason()).isEqualTo(NULL_VALUE);
    }

    @Test
    void shouldRefuseWhatIsNoFrameInTheWireFormat() {
        assertThat(reject(NORTH, new byte[] {1, 2, 3}).reason()).isEqualTo(MALFORMED);
        assertThat(reject(NORTH, new byte[0]).reason()).isEqualTo(MALFORMED);
        assertThat(reject(NORTH, Arrays.copyOf(frame().toBytes(), 40)).reason()).isEqualTo(MALFORMED);
    }

    @Property
    void shouldRefuseRandomBytesWithoutAnyOtherException(@ForAll @Size(max = 200) byte[] bytes) {
        byte[] value = bytes.clone();
        if (value.length >= 5) {
            System.arraycopy(frame().toBytes(), 0, value, 0, 5);
        }

        assertThat(reject(NORTH, value)).isNotNull();
    }

    @Test
    void shouldRefuseAFrameOfAnotherCamera() {
        RejectedFrameException rejected = reject(NORTH, frame().camera("south").toBytes());

        assertThat(rejected.reason()).isEqualTo(KEY_MISMATCH);
        assertThat(rejected).hasMessage("the key says camera north, the frame says south");
    }

    @Test
    void shouldRefuseNumbersThatNoProducerWrites() {
        assertThat(reject(NORTH, frame().sequence(-1).toBytes()).reason()).isEqualTo(MALFORMED);
        assertThat(reject(NORTH, frame().at(Instant.EPOCH.minusMillis(1)).toBytes())
                        .reason())
                .isEqualTo(MALFORMED);
        assertThat(reject(
                                NORTH,
                                frame().at(Instant.parse("+290000-01-01T00:00:00Z"))
                                        .toBytes())
                        .reason())
                .isEqualTo(MALFORMED);
    }

    @Test
    void shouldRefuseAnUnknownEncoding() {
        assertThat(reject(NORTH, frame().encoding(FrameEncoding.UNKNOWN).toBytes())
                        .reason())
                .isEqualTo(UNSUPPORTED_ENCODING);
    }

    @Test
    void shouldRefuseMoreBytesThanAllowedBeforeReadingThem() {
        byte[] large = frame().image(new byte[100_000]).toBytes();

        assertThat(reject(NORTH, large).reason()).isEqualTo(OVERSIZED);
    }

    @Test
    void shouldRefuseMorePixelsThanAllowedWhateverTheRecordSays() {
        byte[] larger = frame().image(Jpegs.grey(65, 48, 0)).toBytes();

        RejectedFrameException rejected = reject(NORTH, larger);

        assertThat(rejected.reason()).isEqualTo(OVERSIZED);
        assertThat(rejected).hasMessage("65 x 48 pixels, at most 3072 are decoded");
    }

    @Test
    void shouldRefuseARecordThatDisagreesWithItsPicture() {
        RejectedFrameException rejected =
                reject(NORTH, frame().image(Jpegs.grey(48, 64, 0)).toBytes());

        assertThat(rejected.reason()).isEqualTo(DIMENSION_MISMATCH);
        assertThat(rejected).hasMessage("the frame says 64 x 48 pixels, its picture 48 x 64");
    }

    @Test
    void shouldPassEveryFrameOfAnH264Stream() throws Exception {
        for (FrameFixture frame : H264Log.frames()) {
            assertThat(check.check(NORTH, frame.toBytes())).isEqualTo(frame.build());
        }
    }

    @Test
    void shouldRefuseAnH264FrameThatDoesNotSayWhereDecodingBegins() {
        byte[] unit = H264Log.accessUnits().get(1);

        assertThat(reject(
                                NORTH,
                                frame().encoding(FrameEncoding.H264).image(unit).toBytes())
                        .reason())
                .isEqualTo(MALFORMED);
        assertThat(reject(NORTH, frame(1, 40).h264(unit, 2).toBytes()).reason()).isEqualTo(MALFORMED);
        assertThat(reject(NORTH, frame(1, 40).h264(unit, 1).toBytes()).reason()).isEqualTo(UNDECODABLE);
    }

    @Test
    void shouldRefuseAnAccessUnitWithoutAPicture() {
        assertThat(reject(NORTH, frame(0, 0).h264(Jpegs.grey(64, 48, 0), 0).toBytes())
                        .reason())
                .isEqualTo(UNDECODABLE);
    }

    @Test
    void shouldRefuseAnH264FrameThatDisagreesWithItsPicture() {
        byte[] first = H264Log.accessUnits().get(0);

        RejectedFrameException rejected =
                reject(NORTH, frame().size(48, 64).h264(first, 0).toBytes());

        assertThat(rejected.reason()).isEqualTo(DIMENSION_MISMATCH);
        assertThat(rejected).hasMessage("the frame says 48 x 64 pixels, its picture 64 x 48");
    }

    private RejectedFrameException reject(byte @Nullable [] key, byte @Nullable [] value) {
        return catchThrowableOfType(RejectedFrameException.class, () -> check.check(key, value));
    }
}
