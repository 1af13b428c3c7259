package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DedicatedThreadTest {

    private final DedicatedThread thread = new DedicatedThread("inference-test");

    @AfterEach
    void close() {
        thread.close();
    }

    @Test
    void shouldRunEverythingOnOneThreadOneAfterTheOther() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger inProgress = new AtomicInteger();

        boolean alone = IntStream.range(0, 64).parallel().allMatch(i -> {
            try {
                return thread.call(() -> {
                    threads.add(Thread.currentThread().getName());
                    boolean first = inProgress.getAndIncrement() == 0;
                    Thread.yield();
                    inProgress.decrementAndGet();
                    return first;
                });
            } catch (InferenceException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(alone).isTrue();
        assertThat(threads).containsExactly("inference-test");
    }

    @Test
    void shouldThrowWhatTheRunThrew() {
        InferenceException failure = new InferenceException("graph detect failed: no memory");

        assertThatThrownBy(() -> thread.call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> thread.call(() -> {
                    throw new IllegalStateException("closed");
                }))
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("closed");
    }

    /** The tensors of a run that goes on must not be closed by a stream thread that is shut down meanwhile. */
    @Test
    void shouldReturnNoEarlierThanTheRunEndsEvenWhenInterrupted() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicBoolean endedBeforeReturn = new AtomicBoolean();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            try {
                thread.call(() -> {
                    running.countDown();
                    await(mayEnd);
                    ended.set(true);
                    return null;
                });
            } catch (InferenceException e) {
                throw new AssertionError(e);
            }
            endedBeforeReturn.set(ended.get());
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });

        caller.start();
        running.await();
        caller.interrupt();
        caller.join(50);
        assertThat(caller.isAlive()).isTrue();
        mayEnd.countDown();
        caller.join();

        assertThat(endedBeforeReturn).isTrue();
        assertThat(stillInterrupted).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
