package io.vigil.console.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/**
 * The wish to end, from Ctrl-C or SIGTERM. A second Ctrl-C ends the process at once.
 *
 * <p>A shutdown hook would be the other way, but all hooks run at once, and ONNX Runtime's own hook frees what the service still
 * uses.
 */
public final class StopSignal {

    private static final int KILLED_BY_INTERRUPT = 130;

    private final CountDownLatch requested = new CountDownLatch(1);

    /** Takes over the signals of this process. */
    public static StopSignal install() {
        StopSignal stop = new StopSignal();
        Signal.handle(new Signal("INT"), signal -> stop.request());
        Signal.handle(new Signal("TERM"), signal -> stop.request());
        return stop;
    }

    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Waits for the wish; false when it did not come within {@code timeout}. */
    public boolean await(Duration timeout) throws InterruptedException {
        return requested.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    public void await() throws InterruptedException {
        requested.await();
    }

    /** Wishes the end; for the second time, ends the process. */
    void request() {
        if (isRequested()) {
            Runtime.getRuntime().halt(KILLED_BY_INTERRUPT);
        }
        requested.countDown();
    }
}
