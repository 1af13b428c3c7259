package io.vigil.streams.inference;

/** The thread on which the runs of a graph happen. */
interface RunThread extends AutoCloseable {

    /** Whichever thread asks for a run, beside all others. */
    RunThread CALLING = new RunThread() {
        @Override
        public <T> T call(Run<T> run) throws InferenceException {
            return run.call();
        }

        @Override
        public void close() {}
    };

    /** One run of a graph. */
    @FunctionalInterface
    interface Run<T> {
        T call() throws InferenceException;
    }

    /** Returns when the run has ended, not before: what it reads belongs to the caller. */
    <T> T call(Run<T> run) throws InferenceException;

    /** No run may be in progress. */
    @Override
    void close();
}
