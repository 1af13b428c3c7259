package io.vigil.producers.capture;

/** A source could not be opened or read on. The message is free of credentials. */
public final class SourceException extends Exception {

    /** What the failure means for the next attempt. */
    public enum Kind {
        /** Worth another attempt soon. */
        TEMPORARY,
        /** The camera refused us; quick attempts might lock us out. */
        DENIED,
        /** No attempt will help before somebody changes something. */
        PERMANENT
    }

    private final Kind kind;

    public SourceException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
