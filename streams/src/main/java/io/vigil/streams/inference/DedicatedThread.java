package io.vigil.streams.inference;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One thread for all runs of a graph, one after the other; the others wait.
 *
 * <p>ONNX Runtime's CUDA provider makes a stream with cuBLAS and cuDNN handles, and memory for all activations, for every run that
 * finds none free, in later versions for every thread that runs a session ({@code SessionState::AcquireDeviceStreamCollection}). With
 * one thread both are made once, while the graph is warmed up, and not by stream threads at their first frames.
 */
final class DedicatedThread implements RunThread {

    private final ExecutorService executor;

    /** @param name of the thread */
    DedicatedThread(String name) {
        executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public <T> T call(Run<T> run) throws InferenceException {
        Callable<T> task = run::call;
        try {
            return uninterruptibly(executor.submit(task));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InferenceException failure) {
                throw failure;
            }
            throw new InferenceException("a run failed: %s".formatted(e.getCause()), e);
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }

    /** An interruption is kept for the caller: what the run reads must not be freed before it has ended. */
    private static <T> T uninterruptibly(Future<T> future) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
