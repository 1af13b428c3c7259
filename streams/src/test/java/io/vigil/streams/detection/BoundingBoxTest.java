package io.vigil.streams.detection;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BoundingBoxTest {

    private static final Offset<Double> TOLERANCE = Offset.offset(1e-9);

    @Test
    void shouldMeasureOverlap() {
        BoundingBox box = new BoundingBox(0, 0, 10, 10);

        assertThat(box.iou(box)).isEqualTo(1, TOLERANCE);
        assertThat(box.iou(new BoundingBox(5, 0, 15, 10))).isEqualTo(50.0 / 150, TOLERANCE);
        assertThat(box.iou(new BoundingBox(10, 0, 20, 10))).isZero();
    }

    @Test
    void shouldKeepWhatLiesInThePicture() {
        assertThat(new BoundingBox(-5, 2, 70, 50).clippedTo(64, 48)).isEqualTo(new BoundingBox(0, 2, 64, 48));
    }

    @Test
    void shouldHaveNoAreaWhereThereIsNone() {
        assertThat(new BoundingBox(3, 3, 3, 9).hasArea()).isFalse();
        assertThat(new BoundingBox(9, 3, 3, 9).hasArea()).isFalse();
        assertThat(new BoundingBox(0, 0, Float.NaN, 9).hasArea()).isFalse();
        assertThat(new BoundingBox(100, 0, 200, 9).clippedTo(64, 48).hasArea()).isFalse();
    }
}
