package io.vigil.streams.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vigil.schema.registry.RegistryUnavailableException;
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
 * lasts. So does one of the schema registry, after a pause: the next thread meets the same record at once. Everything else ends the
 * service.
 */
final class StreamThreadFaults implements StreamsUncaughtExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(StreamThreadFaults.class);

    private final RestartBudget budget;
    private final Consumer<EndReason> end;
    private final Runnable pause;
    private final Counter replaced;

    /**
     * @param end is told why the service ends, before it does
     * @param pause gives the schema registry time, on the thread that has died
     */
    StreamThreadFaults(RestartBudget budget, MeterRegistry registry, Consumer<EndReason> end, Runnable pause) {
        this.budget = budget;
        this.end = end;
        this.pause = pause;
        this.replaced = Counter.builder("vigil.stream.threads.replaced")
                .description(
                        "Stream threads that a transient fault of Kafka or of the schema registry ended, and whose place another one took")
                .register(registry);
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable fault) {
        if (isTopicGone(fault)) {
            LOG.error("the frames topic is gone: {}", fault.getMessage());
            return shutDown(EndReason.BAD_TOPICS);
        }
        Optional<Throwable> transientFault = TransientFault.within(fault);
        if (transientFault.isEmpty()) {
            LOG.error("the service stops because of a fault of its own", fault);
            return shutDown(EndReason.FAILED);
        }
        Throwable reason = transientFault.get();
        boolean isRegistryAway = reason instanceof RegistryUnavailableException;
        String culprit = isRegistryAway ? "the schema registry" : "Kafka";
        if (!budget.take()) {
            LOG.error(
                    "the service stops: more stream threads than {} were ended by passing faults, the last one by {}: {}",
                    budget,
                    culprit,
                    reason.toString());
            return shutDown(isRegistryAway ? EndReason.REGISTRY_UNREACHABLE : EndReason.KAFKA_UNREACHABLE);
        }
        LOG.warn(
                "a stream thread is replaced, since {} ended it with a fault that should pass: {}",
                culprit,
                reason.toString());
        if (isRegistryAway) {
            pause.run();
        }
        replaced.increment();
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private static boolean isTopicGone(Throwable fault) {
        return Stream.iterate(fault, Objects::nonNull, Throwable::getCause)
                .anyMatch(MissingSourceTopicException.class::isInstance);
    }

    private StreamThreadExceptionResponse shutDown(EndReason reason) {
        end.accept(reason);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
