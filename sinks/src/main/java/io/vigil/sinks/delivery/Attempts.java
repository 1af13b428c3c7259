package io.vigil.sinks.delivery;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries to deliver records one after the other, each until it worked or is given up. */
final class Attempts<T extends SpecificRecord> {

    /**
     * A record that was given up.
     *
     * @param attempts how often it was tried
     * @param reason why the last attempt failed
     */
    record GivenUp(GivenUpCause cause, int attempts, String reason) {}

    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final double JITTER = 0.25;
    private static final int UNLIMITED = -1;

    private final String sink;
    private final Destination<T> destination;
    private final RetryPolicy<Object> policy;

    Attempts(String sink, Destination<T> destination, RetrySettings settings, DeliveryMetrics metrics) {
        this.sink = sink;
        this.destination = destination;
        RetryPolicyBuilder<Object> builder = RetryPolicy.builder()
                .handle(TemporaryFailureException.class)
                .withBackoff(settings.first(), settings.max())
                .withJitter(JITTER)
                .withMaxRetries(UNLIMITED)
                .withDelayFnOn(
                        attempt -> attempt.getLastException() instanceof TemporaryFailureException failure
                                ? failure.retryAfter()
                                        .map(wanted -> shorter(wanted, settings.max()))
                                        .orElse(Duration.ofNanos(-1))
                                : Duration.ofNanos(-1),
                        TemporaryFailureException.class)
                .onRetry(again -> metrics.retried())
                .onFailedAttempt(failed -> tell(failed.getAttemptCount(), failed.getLastException()));
        settings.giveUpAfter().ifPresent(builder::withMaxDuration);
        this.policy = builder.build();
    }

    /** Delivers a record, however long it takes; empty when it was delivered. */
    Optional<GivenUp> deliver(T record) throws InterruptedException {
        AtomicInteger attempts = new AtomicInteger();
        try {
            Failsafe.with(policy).run(() -> {
                attempts.incrementAndGet();
                destination.deliver(record);
            });
            return Optional.empty();
        } catch (FailsafeException e) {
            if (e.getCause() instanceof InterruptedException) {
                throw new InterruptedException("stopped while %s delivers".formatted(sink));
            }
            String reason = String.valueOf(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
            if (e.getCause() instanceof TemporaryFailureException) {
                return Optional.of(new GivenUp(GivenUpCause.TIMED_OUT, attempts.get(), reason));
            }
            if (e.getCause() instanceof PermanentFailureException) {
                return Optional.of(new GivenUp(GivenUpCause.REFUSED, attempts.get(), reason));
            }
            throw e;
        }
    }

    /** The first failure of an outage, and then ever more seldom: at attempts 1, 2, 4, 8 and so on. */
    private void tell(int attempt, Throwable failure) {
        if (Integer.bitCount(attempt) == 1 && failure instanceof TemporaryFailureException) {
            LOG.warn("sink {}, attempt {}: {}", sink, attempt, failure.getMessage());
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
