package io.vigil.streams.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Ends runs that take too long. One thread watches all runs. Thread-safe. */
final class RunDeadline implements AutoCloseable {

    private final Duration deadline;
    private final ScheduledThreadPoolExecutor watch;

    RunDeadline(Duration deadline) {
        this.deadline = deadline;
        this.watch = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "inference-deadline");
            thread.setDaemon(true);
            return thread;
        });
        watch.setRemoveOnCancelPolicy(true);
    }

    Run start() throws OrtException {
        return new Run();
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /** One run under watch; close it when the run has returned. */
    final class Run implements AutoCloseable {

        private final RunOptions options = new RunOptions();
        private final Future<?> termination;
        private boolean returned;
        private boolean terminated;

        private Run() throws OrtException {
            termination = watch.schedule(this::terminate, deadline.toNanos(), TimeUnit.NANOSECONDS);
        }

        RunOptions options() {
            return options;
        }

        synchronized boolean wasTerminated() {
            return terminated;
        }

        @Override
        public synchronized void close() {
            returned = true;
            termination.cancel(false);
            options.close();
        }

        private synchronized Void terminate() throws OrtException {
            if (!returned) {
                terminated = true;
                options.setTerminate(true);
            }
            return null;
        }
    }
}
