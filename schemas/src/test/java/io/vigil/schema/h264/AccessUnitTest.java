package io.vigil.schema.h264;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AccessUnitTest {

    /** High profile, level 4.0, 1920 x 1088 macroblock pixels, eight rows cropped. */
    private static final String SEQUENCE_PARAMETERS =
            "00000001 67640028acd940780227e5c04400000300040000030 0f03c60c658";

    private static final String PICTURE_PARAMETERS = "00000001 68ebe3cb22c0";
    private static final String IDR_SLICE = "000001 65888400";
    private static final String P_SLICE = "000001 419a21";
    private static final String B_SLICE = "000001 019e41";

    @Test
    void shouldStartAGroupWithAnIdrPictureThatBringsItsParameterSets() {
        AccessUnit unit = read(SEQUENCE_PARAMETERS + PICTURE_PARAMETERS + IDR_SLICE + IDR_SLICE);

        assertThat(unit.isIdr()).isTrue();
        assertThat(unit.startsGroup()).isTrue();
        assertThat(unit.size()).contains(new PictureSize(1920, 1080));
    }

    @Test
    void shouldStartNoGroupWithoutParameterSets() {
        assertThat(read(IDR_SLICE).startsGroup()).isFalse();
        assertThat(read(SEQUENCE_PARAMETERS + IDR_SLICE).startsGroup()).isFalse();
        assertThat(read(PICTURE_PARAMETERS + IDR_SLICE).startsGroup()).isFalse();
        assertThat(read(IDR_SLICE).isIdr()).isTrue();
    }

    @Test
    void shouldTellSlicesApart() {
        assertThat(read(P_SLICE)).isEqualTo(new AccessUnit(false, true, false, false, Optional.empty()));
        assertThat(read(P_SLICE + B_SLICE).hasBidirectionalSlices()).isTrue();
        assertThat(read(SEQUENCE_PARAMETERS + PICTURE_PARAMETERS).hasSlices()).isFalse();
    }

    @Test
    void shouldFindNoPictureInWhatIsNoH264() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertThat(AccessUnit.read(ByteBuffer.wrap(noise)).startsGroup()).isFalse();
        }
        assertThat(read("").hasSlices()).isFalse();
        assertThat(read("000001").hasSlices()).isFalse();
    }

    @Test
    void shouldReadEveryBrokenParameterSetWithoutFailing() {
        byte[] sound = bytes(SEQUENCE_PARAMETERS);
        Random random = new Random(2);
        for (int i = 0; i < 10_000; i++) {
            byte[] broken = sound.clone();
            broken[5 + random.nextInt(sound.length - 5)] = (byte) random.nextInt();
            AccessUnit.read(ByteBuffer.wrap(broken, 0, 5 + random.nextInt(sound.length - 5)))
                    .size()
                    .ifPresent(size -> assertThat(size.pixels()).isPositive());
        }
    }

    private static AccessUnit read(String hex) {
        return AccessUnit.read(ByteBuffer.wrap(bytes(hex)));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
