package io.vigil.streams.app;

/** Why the service did not start: the message is a sentence for the operator, without need of a stack trace. */
public final class StartRefusedException extends RuntimeException {

    private final EndReason reason;

    StartRefusedException(EndReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    StartRefusedException(EndReason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public EndReason reason() {
        return reason;
    }
}
