package io.vigil.sinks.delivery;

import org.apache.avro.specific.SpecificRecord;

/** Where the records of a topic go. Used by one thread at a time. */
public interface Destination<T extends SpecificRecord> extends AutoCloseable {

    /**
     * Delivers one record and returns when the other side has taken it.
     *
     * @throws TemporaryFailureException if it may work later
     * @throws PermanentFailureException if it never will
     * @throws InterruptedException if the thread was interrupted; the record may have been delivered
     */
    void deliver(T record) throws TemporaryFailureException, PermanentFailureException, InterruptedException;

    @Override
    void close();
}
