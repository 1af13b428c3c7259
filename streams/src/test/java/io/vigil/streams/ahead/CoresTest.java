package io.vigil.streams.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CoresTest {

    private final AtomicLong nanos = new AtomicLong();
    private final Cores two = new Cores(2, 2, nanos::get);

    @Test
    void shouldGiveWhatStreamThreadsLeaveIdle() {
        two.enter();

        assertThat(two.tryTakeIdle()).isTrue();
        assertThat(two.tryTakeIdle()).as("both are busy").isFalse();
        two.giveBack();
        assertThat(two.tryTakeIdle()).isTrue();
    }

    @Test
    void shouldNotGiveTheCoreOfAStreamThreadThatOnlyCommits() throws Exception {
        two.enter();
        inAnotherThread(() -> {
            two.enter();
            two.leave();
        });

        assertThat(two.tryTakeIdle()).isFalse();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(51));
        assertThat(two.tryTakeIdle()).as("it has nothing to do").isTrue();
    }

    @Test
    void shouldGiveTheCoreOfAStreamThreadThatWaits() {
        two.enter();
        two.tryTakeIdle();

        two.pause();
        assertThat(two.tryTakeIdle()).isTrue();
        two.giveBack();
        two.enter();
        assertThat(two.tryTakeIdle()).isFalse();
    }

    @Test
    void shouldLeaveMoreThanTwoCoresToTheRunsOfALoneStreamThread() throws Exception {
        Cores eight = new Cores(8, 4, nanos::get);

        eight.enter();
        assertThat(eight.tryTakeIdle()).isFalse();
        inAnotherThread(eight::enter);
        assertThat(eight.tryTakeIdle()).isTrue();
    }

    @Test
    void shouldGiveNoneWhereNoneMayBeUsed() {
        assertThat(new Cores(0, 1).tryTakeIdle()).isFalse();
    }

    @Test
    void shouldTellWhetherACoreCanBeIdleWhileAFrameIsWorkedOn() {
        assertThat(new Cores(0, 1).areEverIdle()).isFalse();
        assertThat(new Cores(1, 1).areEverIdle()).isFalse();
        assertThat(two.areEverIdle()).isTrue();
    }

    private static void inAnotherThread(Runnable work) throws InterruptedException {
        Thread thread = new Thread(work);
        thread.start();
        thread.join();
    }
}
