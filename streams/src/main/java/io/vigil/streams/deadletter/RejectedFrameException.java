package io.vigil.streams.deadletter;

import io.vigil.schema.DeadLetterReason;

/** A record that cannot be analysed. Broken input is normal, so there is no stack trace. */
public final class RejectedFrameException extends Exception {

    private final DeadLetterReason reason;

    /** The message is a sentence with the figures at hand. */
    public RejectedFrameException(DeadLetterReason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public DeadLetterReason reason() {
        return reason;
    }

    /** The message, which is never null. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
