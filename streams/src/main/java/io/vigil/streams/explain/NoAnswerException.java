package io.vigil.streams.explain;

/** A question that is not answered. The message is a sentence for whoever asked, so there is no stack trace. */
public final class NoAnswerException extends Exception {

    /** Why there is no answer. */
    public enum Reason {
        /** There is no such detection or action. */
        NOT_FOUND,
        /** Kafka no longer holds what it was seen in. */
        GONE,
        /** It was found by other models than those at hand. */
        OTHER_MODEL,
        /** Too many questions wait. */
        BUSY,
        /** Kafka does not answer in time. */
        UNAVAILABLE,
        /** A model failed. */
        FAILED
    }

    private final Reason reason;

    NoAnswerException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** The message, which is never null. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
