package io.vigil.streams.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {

    private final Backlog backlog = new Backlog();

    @Test
    void shouldBeOverWithTheLastRecordThatKafkaHad() {
        backlog.read(0, 12);

        backlog.passed(0, 10);
        assertThat(backlog.isEmpty()).isFalse();

        backlog.passed(0, 11);
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void shouldNotBeOverWhileARecordOfAnotherPartitionWaits() {
        backlog.read(0, 12);
        backlog.read(1, 3);
        backlog.passed(0, 11);

        assertThat(backlog.isEmpty()).isFalse();

        backlog.passed(1, 2);

        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void shouldNotWaitForAPartitionThatIsGone() {
        backlog.read(0, 12);

        backlog.forget(0);

        assertThat(backlog.isEmpty()).isTrue();
    }
}
