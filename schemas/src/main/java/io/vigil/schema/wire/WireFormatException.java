package io.vigil.schema.wire;

import org.apache.kafka.common.errors.SerializationException;

/** Bytes that are no record of the expected schema in the wire format, or a schema without an id. */
public final class WireFormatException extends SerializationException {

    public WireFormatException(String message) {
        super(message);
    }

    public WireFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
