package io.vigil.streams.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoresTest {

    @Test
    void shouldGiveOnlyWhatStreamThreadsLeaveIdle() {
        Cores cores = new Cores(2, 2);
        cores.enter();

        assertThat(cores.tryTakeIdle()).isTrue();
        assertThat(cores.tryTakeIdle()).as("both are busy").isFalse();
        cores.giveBack();
        assertThat(cores.tryTakeIdle()).isTrue();
        cores.giveBack();
        cores.enter();
        assertThat(cores.tryTakeIdle()).as("of the second stream thread").isFalse();
        cores.leave();
        assertThat(cores.tryTakeIdle()).isTrue();
    }

    @Test
    void shouldGiveTheCoreOfAStreamThreadThatWaits() {
        Cores cores = new Cores(2, 2);
        cores.enter();
        cores.tryTakeIdle();

        cores.pause();
        assertThat(cores.tryTakeIdle()).isTrue();
        cores.giveBack();
        cores.resume();
        assertThat(cores.tryTakeIdle()).isFalse();
    }

    @Test
    void shouldLeaveMoreThanTwoCoresToTheRunsOfALoneStreamThread() {
        Cores cores = new Cores(8, 4);

        cores.enter();
        assertThat(cores.tryTakeIdle()).isFalse();
        cores.enter();
        assertThat(cores.tryTakeIdle()).isTrue();
    }

    @Test
    void shouldGiveNoneWhereNoneMayBeUsed() {
        assertThat(new Cores(0, 1).tryTakeIdle()).isFalse();
    }
}
