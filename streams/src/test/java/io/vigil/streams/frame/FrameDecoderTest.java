package io.vigil.streams.frame;

import static io.vigil.streams.frame.InputFit.Resize.CROP;
import static io.vigil.streams.frame.InputFit.Resize.FIT;
import static io.vigil.streams.frame.InputFit.Resize.STRETCH;
import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.schema.DeadLetterReason;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.testing.Jpegs;
import java.nio.ByteBuffer;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameDecoderTest {

    private static final InputFit FIT_384 = new InputFit(384, 288, FIT, 16);
    private static final Offset<Integer> JPEG_ERROR = Offset.offset(2);

    @ParameterizedTest
    @CsvSource({"384,288,1", "767,575,1", "768,576,2", "1535,1151,2", "1536,1152,4", "3840,2160,8", "1920,1080,4"})
    void shouldDecodeNoMoreThanTheModelNeeds(int width, int height, int denominator) {
        try (FrameDecoder decoder = new FrameDecoder(List.of(FIT_384))) {
            assertThat(decoder.denominator(width, height)).isEqualTo(denominator);
        }
    }

    @Test
    void shouldDecodeEnoughForTheMoreDemandingModel() {
        try (FrameDecoder decoder = new FrameDecoder(List.of(FIT_384, new InputFit(400, 400, STRETCH, 1)))) {
            assertThat(decoder.denominator(768, 576)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"64,48", "128,96", "256,192", "131,97", "515,389"})
    void shouldKeepColoursAtEveryScale(int width, int height) throws RejectedFrameException {
        InputFit input = new InputFit(64, 48, STRETCH, 1);

        ByteBuffer pixels = fitted(input, width, height, Jpegs.colour(width, height, 200, 100, 50));

        for (int i = 0; i < pixels.capacity(); i += 3) {
            assertThat(Byte.toUnsignedInt(pixels.get(i))).isCloseTo(200, JPEG_ERROR);
            assertThat(Byte.toUnsignedInt(pixels.get(i + 1))).isCloseTo(100, JPEG_ERROR);
            assertThat(Byte.toUnsignedInt(pixels.get(i + 2))).isCloseTo(50, JPEG_ERROR);
        }
    }

    @Test
    void shouldTurnMonochromeIntoGrey() throws RejectedFrameException {
        ByteBuffer pixels = fitted(new InputFit(64, 48, FIT, 16), 64, 48, Jpegs.monochrome(64, 48, 77));

        assertThat(List.of(pixels.get(0), pixels.get(1), pixels.get(2))).containsOnly((byte) 77);
    }

    @Test
    void shouldPadRightAndBelowWithTheMeanColour() throws RejectedFrameException {
        ByteBuffer pixels = fitted(new InputFit(64, 64, FIT, 16), 40, 20, Jpegs.grey(40, 20, 10));

        // 40 x 20 becomes 64 x 32 and needs no padding; 20 x 30 becomes 43 x 64 and is padded to 48
        assertThat(pixels.capacity()).isEqualTo(64 * 32 * 3);
        ByteBuffer portrait = fitted(new InputFit(64, 64, FIT, 16), 20, 30, Jpegs.grey(20, 30, 10));
        assertThat(portrait.capacity()).isEqualTo(48 * 64 * 3);
        for (int row = 0; row < 64; row++) {
            assertThat(pixel(portrait, 48, 42, row)).containsExactly(10, 10, 10);
            assertThat(pixel(portrait, 48, 43, row)).containsExactly(124, 116, 104);
        }
    }

    @Test
    void shouldCutOutTheCentre() throws RejectedFrameException {
        // 14 x 14 is cut from pictures whose shorter side is 16
        InputFit crop = new InputFit(14, 14, CROP, 1);

        ByteBuffer pixels = fitted(crop, 32, 16, Jpegs.grey(32, 16, 60));

        assertThat(pixels.capacity()).isEqualTo(14 * 14 * 3);
        assertThat(pixel(pixels, 14, 13, 13)).containsExactly(60, 60, 60);
    }

    @Test
    void shouldRefuseWhatTheDecoderRefuses() {
        byte[] broken = Jpegs.grey(64, 48, 100);
        // a quantization table of which the scan knows nothing
        int table = indexOf(broken, 0xDB);
        broken[table + 4] = 3;

        try (FrameDecoder decoder = new FrameDecoder(List.of(FIT_384))) {
            assertThatThrownBy(() -> decoder.decode(frame().image(broken).build()))
                    .isInstanceOfSatisfying(RejectedFrameException.class, e -> assertThat(e.reason())
                            .isEqualTo(DeadLetterReason.UNDECODABLE));
        }
    }

    @Test
    void shouldDecodeTheNextPictureAfterABrokenOne() throws RejectedFrameException {
        try (FrameDecoder decoder = new FrameDecoder(List.of(FIT_384))) {
            assertThatThrownBy(() -> decoder.decode(frame().image(new byte[100]).build()))
                    .isInstanceOf(RejectedFrameException.class);

            Picture picture = decoder.decode(frame().build());

            assertThat(picture.pixels().cols()).isEqualTo(64);
        }
    }

    @Test
    void targetMustBeLargeEnough() throws RejectedFrameException {
        try (FrameDecoder decoder = new FrameDecoder(List.of(FIT_384));
                PictureFitter fitter = new PictureFitter(FIT_384)) {
            Picture picture = decoder.decode(frame().build());

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> fitter.write(picture, fitter.fit(picture), ByteBuffer.allocateDirect(100)));
        }
    }

    private static ByteBuffer fitted(InputFit input, int width, int height, byte[] image)
            throws RejectedFrameException {
        try (FrameDecoder decoder = new FrameDecoder(List.of(input));
                PictureFitter fitter = new PictureFitter(input)) {
            Picture picture =
                    decoder.decode(frame().size(width, height).image(image).build());
            Fitted fitted = fitter.fit(picture);
            ByteBuffer target = ByteBuffer.allocateDirect(fitted.bytes());
            fitter.write(picture, fitted, target);
            return target;
        }
    }

    private static List<Integer> pixel(ByteBuffer pixels, int width, int column, int row) {
        int at = (row * width + column) * 3;
        return List.of(
                Byte.toUnsignedInt(pixels.get(at)),
                Byte.toUnsignedInt(pixels.get(at + 1)),
                Byte.toUnsignedInt(pixels.get(at + 2)));
    }

    private static int indexOf(byte[] jpeg, int marker) {
        int at = 0;
        while (jpeg[at] != (byte) 0xFF || jpeg[at + 1] != (byte) marker) {
            at++;
        }
        return at;
    }
}
