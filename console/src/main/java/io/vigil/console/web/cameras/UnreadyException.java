package io.vigil.console.web.cameras;

/** Kafka is away, or has not been read yet: a sentence for the page. */
final class UnreadyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnreadyException(String message) {
        super(message);
    }
}
