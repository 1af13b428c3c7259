package io.vigil.streams.ahead;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The cores of this machine, and how many of them frames are using. One for all stream threads; thread-safe.
 *
 * <p>A stream thread that is the only one at work runs its graphs on several cores. Up to two it is faster to begin the next frame
 * beside this one; more are better left to the wide runs.
 */
public final class Cores {

    private static final int WIDE_RUN = 3;

    private final int available;
    private final boolean aloneIsWide;
    private final AtomicInteger atWork = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();

    /**
     * @param available cores that may be used; 0: none is ever idle
     * @param threadsWhenAlone of a model run while no other is in progress
     */
    public Cores(int available, int threadsWhenAlone) {
        this.available = available;
        this.aloneIsWide = threadsWhenAlone >= WIDE_RUN;
    }

    /** A stream thread begins its turn. */
    void enter() {
        atWork.incrementAndGet();
        busy.incrementAndGet();
    }

    /** It has ended its turn. */
    void leave() {
        busy.decrementAndGet();
        atWork.decrementAndGet();
    }

    /** It waits for something that another thread computes. */
    void pause() {
        busy.decrementAndGet();
    }

    /** It has waited. */
    void resume() {
        busy.incrementAndGet();
    }

    /** Takes an idle core for work that is not due yet, if there is one. */
    boolean tryTakeIdle() {
        if (aloneIsWide && atWork.get() <= 1) {
            return false;
        }
        int before = busy.getAndUpdate(now -> now < available ? now + 1 : now);
        return before < available;
    }

    /** Gives an idle core back. */
    void giveBack() {
        busy.decrementAndGet();
    }
}
