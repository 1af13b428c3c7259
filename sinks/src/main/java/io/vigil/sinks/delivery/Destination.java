package io.vigil.sinks.delivery;

import io.vigil.schema.Event;

/** Where events go. Used by one thread at a time. */
public interface Destination extends AutoCloseable {

    /**
     * Delivers one event and returns when the other side has taken it.
     *
     * @throws TemporaryFailureException if it may work later
     * @throws PermanentFailureException if it never will
     * @throws InterruptedException if the thread was interrupted; the event may have been delivered
     */
    void deliver(Event event) throws TemporaryFailureException, PermanentFailureException, InterruptedException;

    @Override
    void close();
}
