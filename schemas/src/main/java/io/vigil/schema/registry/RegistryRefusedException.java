package io.vigil.schema.registry;

/** The registry has answered, and does not do what was asked; the message has its words. */
public final class RegistryRefusedException extends RuntimeException {

    RegistryRefusedException(String message) {
        super(message);
    }
}
