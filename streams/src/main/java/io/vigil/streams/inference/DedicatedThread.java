package io.vigil.streams.inference;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One thread for all runs of a graph, one after the other; the others wait.
 *
 * <p>ONNX Runtime's CUDA provider gives every thread that runs a session cuBLAS and cuDNN handles of its own, at its first run
 * ({@code CUDAExecutionProvider::PerThreadContext}). With one thread they are made once, while the graph is warmed up, and not by
 * each stream thread at its first frame; and a device computes one graph after the other anyway.
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
