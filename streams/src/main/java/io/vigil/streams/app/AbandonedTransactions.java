package io.vigil.streams.app;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions of instances that are no longer in the group. Who takes their partitions over has to wait for that, and so have the
 * readers of committed results; Kafka itself would do it when {@code transaction.timeout.ms} is over.
 *
 * <p>An instance that left the group but lives cannot commit what it has begun, so ending that loses nothing. Looks only while partitions are
 * on the move. Thread-safe.
 */
final class AbandonedTransactions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String group;
    private final InstanceNames names;
    private final Admin admin;
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(AbandonedTransactions::thread);
    private @Nullable Future<?> watch;

    /**
     * @param applicationId of Kafka Streams, which names transactions and members after it and the process
     * @param admin closed with this
     */
    AbandonedTransactions(String applicationId, Admin admin) {
        this.group = applicationId;
        this.names = new InstanceNames(applicationId);
        this.admin = admin;
    }

    /** Looks now and then from now on. */
    synchronized void watch() {
        if (watch == null && !looks.isShutdown()) {
            watch = looks.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Looks no more. */
    synchronized void rest() {
        if (watch != null) {
            watch.cancel(false);
            watch = null;
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
        admin.close(Duration.ZERO);
    }

    private void look() {
        try {
            // in this order: an instance has a member before it begins a transaction
            List<String> open = openTransactions();
            Set<String> abandoned = open.isEmpty() ? Set.of() : names.withoutMember(open, members());
            if (!abandoned.isEmpty()) {
                admin.fenceProducers(abandoned).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                LOG.info("ended the transactions of instances that are gone: {}", abandoned);
            }
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.debug("transactions of instances that are gone end by their timeout", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of this application. */
    private List<String> openTransactions() throws ExecutionException, InterruptedException, TimeoutException {
        ListTransactionsOptions ongoing = new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING));
        return admin.listTransactions(ongoing).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).stream()
                .map(TransactionListing::transactionalId)
                .filter(names::isTransaction)
                .toList();
    }

    private List<String> members() throws ExecutionException, InterruptedException, TimeoutException {
        return admin
                .describeConsumerGroups(List.of(group))
                .all()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .values()
                .stream()
                .flatMap(description -> description.members().stream())
                .map(MemberDescription::clientId)
                .toList();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "abandoned-transactions");
        thread.setDaemon(true);
        return thread;
    }
}
