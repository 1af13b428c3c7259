package io.vigil.streams.inference;

/** A model that failed on its input: it took too long, threw, or returned what its manifest does not promise. */
public final class InferenceException extends Exception {

    public InferenceException(String message) {
        super(message);
    }

    public InferenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
