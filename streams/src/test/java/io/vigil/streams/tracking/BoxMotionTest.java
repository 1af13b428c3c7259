package io.vigil.streams.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vigil.streams.detection.BoundingBox;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BoxMotionTest {

    /** A thirtieth of a second is no whole number of microseconds. */
    private static final long UNIT_MICROS = 33_333;

    private static final Offset<Double> CLOSE = within(1e-3);

    private final BoxMotion started = BoxMotion.startingAt(box(100, 50, 140, 150));

    /** The numbers are those of the eight-dimensional filter of DeepSORT, computed with full matrices by numpy. */
    @Test
    void shouldAgreeWithTheEightDimensionalFilter() {
        BoxMotion motion = started;
        for (BoundingBox measured :
                new BoundingBox[] {box(104, 51, 146, 153), box(110, 52, 150, 152), box(113, 52, 155, 154)}) {
            motion = motion.predicted(UNIT_MICROS).corrected(measured);
        }

        assertThat(motion.x().position()).isCloseTo(133.403785, CLOSE);
        assertThat(motion.x().velocity()).isCloseTo(3.175270, CLOSE);
        assertThat(motion.y().position()).isCloseTo(102.859501, CLOSE);
        assertThat(motion.y().velocity()).isCloseTo(0.525415, CLOSE);
        assertThat(motion.aspect().position()).isCloseTo(0.400655, CLOSE);
        assertThat(motion.height().position()).isCloseTo(101.582990, CLOSE);
        assertThat(motion.height().velocity()).isCloseTo(0.205380, CLOSE);
        assertThat(motion.x().positionVariance()).isCloseTo(19.232194, CLOSE);
        assertThat(motion.x().covariance()).isCloseTo(6.664299, CLOSE);
        assertThat(motion.x().velocityVariance()).isCloseTo(13.046204, CLOSE);
        assertThat(motion.aspect().positionVariance()).isCloseTo(3.731053e-4, within(1e-7));
    }

    @Test
    void shouldGiveBackTheBoxItStartedFrom() {
        assertThat(started.box()).isEqualTo(box(100, 50, 140, 150));
    }

    @Test
    void shouldLeaveAPixelOfABoxThatShrinksToNothing() {
        BoxMotion shrinking = started.predicted(UNIT_MICROS).corrected(box(115, 90, 125, 110));

        assertThat(shrinking.predicted(100 * UNIT_MICROS).box().hasArea()).isTrue();
    }

    private static BoundingBox box(float x1, float y1, float x2, float y2) {
        return new BoundingBox(x1, y1, x2, y2);
    }
}
