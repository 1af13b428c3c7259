package io.vigil.console.web;

import static io.vigil.console.testing.ResultFixture.detections;
import static io.vigil.console.testing.ResultFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PictureJoinTest {

    private final PictureJoin join = new PictureJoin();

    @Test
    void frameShouldMeetItsOwnDetectionsWhicheverComesFirst() {
        assertThat(join.add(frame("gate", 1, 0))).isEmpty();
        assertThat(join.add(frame("gate", 1, 1))).isEmpty();
        assertThat(join.add(detections("gate", 1, 1)).orElseThrow().jpeg())
                .isEqualTo(frame("gate", 1, 1).getImage());

        assertThat(join.add(detections("gate", 1, 2))).isEmpty();
        assertThat(join.add(frame("gate", 1, 2)).orElseThrow().jpeg())
                .isEqualTo(frame("gate", 1, 2).getImage());
    }

    @Test
    void equalNumbersOfAnotherCameraOrEpochAreOtherFrames() {
        join.add(frame("gate", 1, 0));

        assertThat(join.add(detections("yard", 1, 0))).isEmpty();
        assertThat(join.add(detections("gate", 2, 0))).isEmpty();
    }

    @Test
    void pictureShouldNeverGoBack() {
        join.add(frame("gate", 1, 0));
        join.add(frame("gate", 1, 1));
        join.add(detections("gate", 1, 1));

        assertThat(join.add(detections("gate", 1, 0))).isEmpty();
        assertThat(join.add(frame("gate", 1, 0))).isEmpty();
    }

    @Test
    void oldestFrameShouldBeForgottenWhenFull() {
        for (int sequence = 0; sequence <= PictureJoin.CAPACITY; sequence++) {
            join.add(frame("gate", 1, sequence));
        }

        assertThat(join.add(detections("gate", 1, 0))).isEmpty();
        assertThat(join.add(detections("gate", 1, 1))).isPresent();
    }
}
