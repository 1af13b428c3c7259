package io.vigil.sinks.delivery;

/** A delivery that will never work: the other side refuses this event. */
public final class PermanentFailureException extends Exception {

    private static final long serialVersionUID = 1L;

    public PermanentFailureException(String message) {
        super(message);
    }
}
