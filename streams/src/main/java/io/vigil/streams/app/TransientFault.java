package io.vigil.streams.app;

import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** Tells faults of Kafka that pass by themselves, such as a broker or coordinator that is starting, from all others. */
final class TransientFault {

    /** What Kafka's clients put before the message of an answer for which they know no better exception than their most general. */
    private static final String UNEXPECTED = "Unexpected error ";

    private TransientFault() {}

    /** The first transient fault of Kafka in the chain of causes; empty if there is none. */
    static Optional<Throwable> within(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (isTransient(cause)) {
                return Optional.of(cause);
            }
        }
        return Optional.empty();
    }

    private static boolean isTransient(Throwable cause) {
        return cause instanceof RetriableException
                || (cause.getClass() == KafkaException.class && tellsOfRetriableAnswer(cause.getMessage()));
    }

    /** A broker's answer that may be tried again, as in "Unexpected error from SyncGroup: The coordinator is loading ...". */
    private static boolean tellsOfRetriableAnswer(@Nullable String message) {
        return message != null
                && message.startsWith(UNEXPECTED)
                && Arrays.stream(Errors.values())
                        .filter(error -> error.exception() instanceof RetriableException)
                        .anyMatch(error -> message.endsWith(error.message()));
    }
}
