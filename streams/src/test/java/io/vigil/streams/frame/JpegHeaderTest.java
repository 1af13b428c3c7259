package io.vigil.streams.frame;

import static io.vigil.schema.DeadLetterReason.TRUNCATED;
import static io.vigil.schema.DeadLetterReason.UNDECODABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigil.schema.DeadLetterReason;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.testing.Jpegs;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class JpegHeaderTest {

    private static final byte[] NOISE = Jpegs.noise(61, 47);

    @Test
    void shouldReadTheSize() throws RejectedFrameException {
        assertThat(read(NOISE)).isEqualTo(new JpegHeader(61, 47));
        assertThat(read(Jpegs.progressiveNoise(61, 47))).isEqualTo(new JpegHeader(61, 47));
        assertThat(read(Jpegs.monochrome(61, 47, 9))).isEqualTo(new JpegHeader(61, 47));
    }

    @Test
    void shouldIgnoreWhatFollowsThePicture() throws RejectedFrameException {
        byte[] padded = Arrays.copyOf(NOISE, NOISE.length + 100);

        assertThat(read(padded)).isEqualTo(new JpegHeader(61, 47));
    }

    @Test
    void shouldNotBeFooledByTheEndOfAThumbnail() {
        // an APP1 segment that contains a whole small picture, then the picture without its end
        byte[] thumbnail = Jpegs.noise(8, 8);
        byte[] cut = Arrays.copyOf(NOISE, NOISE.length - 2);
        ByteBuffer picture = ByteBuffer.allocate(cut.length + 4 + thumbnail.length)
                .put(cut, 0, 2)
                .put(new byte[] {(byte) 0xFF, (byte) 0xE1})
                .putShort((short) (thumbnail.length + 2))
                .put(thumbnail)
                .put(cut, 2, cut.length - 2);

        assertThat(reasonFor(picture.array())).isEqualTo(TRUNCATED);
    }

    @Property(tries = 200)
    void shouldNoticeEveryCut(@ForAll @IntRange(min = 0, max = 999) int perMille) {
        int length = NOISE.length * perMille / 1000;

        assertThat(reasonFor(Arrays.copyOf(NOISE, length))).isEqualTo(TRUNCATED);
    }

    @Test
    void shouldRefuseWhatIsNoJpeg() {
        byte[] random = new byte[1000];
        new Random(7).nextBytes(random);

        assertThat(reasonFor(random)).isEqualTo(UNDECODABLE);
        assertThat(reasonFor(Jpegs.png(8, 8))).isEqualTo(UNDECODABLE);
        assertThat(reasonFor("<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes()))
                .isEqualTo(UNDECODABLE);
    }

    @Test
    void shouldRefuseSamplesOfMoreThanEightBits() {
        byte[] twelveBits = NOISE.clone();
        twelveBits[frameHeader(twelveBits) + 4] = 12;

        assertThat(reasonFor(twelveBits)).isEqualTo(UNDECODABLE);
    }

    @Test
    void shouldRefuseASizeOfZero() {
        byte[] flat = NOISE.clone();
        int header = frameHeader(flat);
        flat[header + 5] = 0;
        flat[header + 6] = 0;

        assertThat(reasonFor(flat)).isEqualTo(UNDECODABLE);
    }

    @Property
    void shouldSurviveAnyDamage(@ForAll @IntRange(max = 5000) int at, @ForAll byte value) {
        byte[] damaged = NOISE.clone();
        damaged[at % damaged.length] = value;

        try {
            JpegHeader header = read(damaged);
            assertThat(header.width()).isPositive();
            assertThat(header.height()).isPositive();
        } catch (RejectedFrameException e) {
            assertThat(e.reason()).isIn(TRUNCATED, UNDECODABLE);
        }
    }

    /** Position of the baseline frame header's marker. */
    private static int frameHeader(byte[] jpeg) {
        int at = 0;
        while (jpeg[at] != (byte) 0xFF || jpeg[at + 1] != (byte) 0xC0) {
            at++;
        }
        return at;
    }

    private static JpegHeader read(byte[] bytes) throws RejectedFrameException {
        return JpegHeader.read(ByteBuffer.wrap(bytes));
    }

    private static DeadLetterReason reasonFor(byte[] bytes) {
        return catchThrowableOfType(RejectedFrameException.class, () -> read(bytes))
                .reason();
    }
}
