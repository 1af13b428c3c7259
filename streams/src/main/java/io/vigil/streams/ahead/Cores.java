package io.vigil.streams.ahead;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The cores of this machine, and how many of them frames are using. One for all stream threads; thread-safe.
 *
 * <p>A stream thread that is the only one at work runs its graphs on several cores. Up to two it is faster to begin the next frame
 * beside this one; more are better left to the wide runs.
 */
public final class Cores {

    private enum State {
        IN_TURN,
        WAITING,
        BETWEEN_TURNS
    }

    /** What a stream thread did last, and since when. */
    private record Activity(State state, long sinceNanos) {}

    private static final int WIDE_RUN = 3;

    /** A stream thread without a turn for longer has nothing to do; a shorter time may be a commit. */
    private static final long RECENT_NANOS = Duration.ofMillis(50).toNanos();

    private final int available;
    private final boolean aloneIsWide;
    private final LongSupplier nanoTime;
    private final Map<Thread, Activity> threads = new HashMap<>();
    private int taken;

    /**
     * @param available cores that may be used; 0: none is ever idle
     * @param threadsWhenAlone of a model run while no other is in progress
     */
    public Cores(int available, int threadsWhenAlone) {
        this(available, threadsWhenAlone, System::nanoTime);
    }

    Cores(int available, int threadsWhenAlone, LongSupplier nanoTime) {
        this.available = available;
        this.aloneIsWide = threadsWhenAlone >= WIDE_RUN;
        this.nanoTime = nanoTime;
    }

    /** Whether one can be idle while a frame is worked on. */
    boolean areEverIdle() {
        return available > 1;
    }

    /** The calling stream thread begins a turn, or has waited in it. */
    synchronized void enter() {
        is(State.IN_TURN);
    }

    /** It waits for something that another thread computes. */
    synchronized void pause() {
        is(State.WAITING);
    }

    /** It has ended its turn. */
    synchronized void leave() {
        is(State.BETWEEN_TURNS);
    }

    /** Takes an idle core for work that is not due yet, if there is one. */
    synchronized boolean tryTakeIdle() {
        long now = nanoTime.getAsLong();
        threads.values()
                .removeIf(activity ->
                        activity.state() == State.BETWEEN_TURNS && now - activity.sinceNanos() > RECENT_NANOS);
        long busy = threads.values().stream()
                .filter(activity -> activity.state() != State.WAITING)
                .count();
        if (busy + taken >= available || (aloneIsWide && threads.size() <= 1)) {
            return false;
        }
        taken++;
        return true;
    }

    /** Gives an idle core back. */
    synchronized void giveBack() {
        taken--;
    }

    private void is(State state) {
        threads.put(Thread.currentThread(), new Activity(state, nanoTime.getAsLong()));
    }
}
