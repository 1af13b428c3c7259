package io.vigil.producers.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.vigil.producers.testing.Jpegs;
import java.util.Arrays;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;

class JpegHeaderTest {

    /** The scan of so small a picture is much shorter than the tables before it. */
    private static final int HEADER_BYTES = 500;

    private final byte[] jpeg = JpegEncoder.encode(new Mat(48, 64, CV_8UC3, new Scalar(10, 200, 90, 0)), 85)
            .bytes();

    @Test
    void shouldReadSizeAndTables() {
        assertThat(JpegHeader.read(jpeg)).contains(new JpegHeader(64, 48, true));
        assertThat(JpegHeader.read(Jpegs.withoutHuffmanTables(jpeg))).contains(new JpegHeader(64, 48, false));
    }

    @Test
    void shouldReadNothingFromAHeaderCutAnywhere() {
        for (int length = 0; length < HEADER_BYTES; length++) {
            assertThat(JpegHeader.read(Arrays.copyOf(jpeg, length))).isEmpty();
        }
        assertThat(JpegHeader.read(new byte[1_000])).isEmpty();
    }

    @Test
    void shouldCompleteAPictureWithoutTablesAndLeaveAnyOtherAsItIs() {
        byte[] bare = Jpegs.withoutHuffmanTables(jpeg);
        Jpeg completed = JpegHeader.read(bare).orElseThrow().complete(bare);

        assertThat(Jpegs.decode(completed.bytes()).getRGB(30, 20))
                .isEqualTo(Jpegs.decode(jpeg).getRGB(30, 20));
        assertThat(JpegHeader.read(completed.bytes())).contains(new JpegHeader(64, 48, true));
        assertThat(JpegHeader.read(jpeg).orElseThrow().complete(jpeg).bytes()).isSameAs(jpeg);
    }
}
