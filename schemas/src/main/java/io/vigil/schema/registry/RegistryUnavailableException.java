package io.vigil.schema.registry;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** The registry has not answered, or is in trouble: another try may succeed. */
public final class RegistryUnavailableException extends RetriableException {

    RegistryUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
