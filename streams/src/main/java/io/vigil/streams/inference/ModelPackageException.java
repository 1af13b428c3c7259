package io.vigil.streams.inference;

/** A model package that cannot be used; the message is a sentence that names what differs from what is expected. */
public final class ModelPackageException extends RuntimeException {

    public ModelPackageException(String message) {
        super(message);
    }

    public ModelPackageException(String message, Throwable cause) {
        super(message, cause);
    }
}
