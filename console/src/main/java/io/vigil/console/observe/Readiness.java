package io.vigil.console.observe;

import java.util.Optional;
import java.util.function.Supplier;

/** Whether the process does its work yet, and if not, what it waits for. Thread-safe. */
public final class Readiness {

    private volatile Supplier<Optional<String>> waiting;

    /**
     * Not ready.
     *
     * @param waiting what the process does until then
     */
    public Readiness(String waiting) {
        this.waiting = () -> Optional.of(waiting);
    }

    /** From now on {@code reason} says why the process is not ready; empty when it is. */
    public void becomes(Supplier<Optional<String>> reason) {
        waiting = reason;
    }

    /** What the process waits for; empty when it is ready. */
    public Optional<String> waiting() {
        return waiting.get();
    }
}
