package io.vigil.console.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * The wish to end, from Ctrl-C, SIGTERM or a terminal that was closed. A second Ctrl-C ends the process at once; a second hangup does
 * not, since a shell passes on the one that the kernel sends, too.
 *
 * <p>A shutdown hook would be the other way, but all hooks run at once, and ONNX Runtime's own hook frees what the service still
 * uses.
 */
public final class StopSignal {

    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);
    private static final int KILLED_BY_INTERRUPT = 130;

    private final CountDownLatch requested = new CountDownLatch(1);

    /** Takes over the signals of this process, but for a hangup that {@code nohup} has it ignore. */
    public static StopSignal install() {
        StopSignal stop = new StopSignal();
        takeOver("INT", stop::request);
        takeOver("TERM", stop::request);
        takeOver("HUP", stop.requested::countDown);
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

    private static void takeOver(String signal, Runnable then) {
        try {
            Signal.handle(new Signal(signal), unused -> then.run());
        } catch (IllegalArgumentException e) { // java -Xrs leaves signals to the system
            LOG.debug("SIG{} ends the process at once: {}", signal, e.getMessage());
        }
    }
}
