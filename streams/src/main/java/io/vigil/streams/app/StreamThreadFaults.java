package io.vigil.streams.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what follows when a stream thread has died.
 *
 * <p>A transient fault of Kafka that Kafka Streams let escape costs the thread, whose place another one takes, as long as the budget
 * lasts. Everything else ends the service.
 */
final class StreamThreadFaults implements StreamsUncaughtExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(StreamThreadFaults.class);

    private final RestartBudget budget;
    private final Consumer<ExitCode> end;
    private final Counter replaced;

    /**
     * @param end is told why the service ends, before it does
     */
    StreamThreadFaults(RestartBudget budget, MeterRegistry registry, Consumer<ExitCode> end) {
        this.budget = budget;
        this.end = end;
        this.replaced = Counter.builder("vigil.stream.threads.replaced")
                .description("Stream threads that a transient fault of Kafka ended, and whose place another one took")
                .register(registry);
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable fault) {
        if (isTopicGone(fault)) {
            LOG.error("the frames topic is gone: {}", fault.getMessage());
            return shutDown(ExitCode.BAD_TOPICS);
        }
        Optional<Throwable> transientFault = TransientFault.within(fault);
        if (transientFault.isEmpty()) {
            LOG.error("the service stops because of a fault of its own", fault);
            return shutDown(ExitCode.FAILED);
        }
        String reason = transientFault.get().toString();
        if (!budget.take()) {
            LOG.error(
                    "the service stops: Kafka ended more stream threads than {}, the last one with {}", budget, reason);
            return shutDown(ExitCode.KAFKA_UNREACHABLE);
        }
        LOG.warn("a stream thread is replaced, since Kafka ended it with a fault that should pass: {}", reason);
        replaced.increment();
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private static boolean isTopicGone(Throwable fault) {
        return Stream.iterate(fault, Objects::nonNull, Throwable::getCause)
                .anyMatch(MissingSourceTopicException.class::isInstance);
    }

    private StreamThreadExceptionResponse shutDown(ExitCode reason) {
        end.accept(reason);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
