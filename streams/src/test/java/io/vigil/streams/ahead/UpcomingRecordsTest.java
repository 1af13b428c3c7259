package io.vigil.streams.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UpcomingRecordsTest {

    private final UpcomingRecords upcoming = new UpcomingRecords();

    @Test
    void shouldKnowThatARecordFollowsWhichIsNotReadYet() {
        upcoming.announceEnd(0, 12);

        assertThat(upcoming.isFollowed(0, 10)).isTrue();
        assertThat(upcoming.isFollowed(0, 11)).isFalse();
    }

    @Test
    void shouldKnowOfNothingThatFollowsInOtherPartitionsOrOnceForgotten() {
        upcoming.announceEnd(0, 12);

        assertThat(upcoming.isFollowed(1, 10)).isFalse();

        upcoming.forget(0);

        assertThat(upcoming.isFollowed(0, 10)).isFalse();
    }
}
