package io.vigil.sinks.delivery;

import io.vigil.schema.topic.Topic;
import io.vigil.schema.wire.WireFormatException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records from Kafka to a destination, at least once and in order per camera.
 *
 * <p>One thread polls, so that the consumer stays in its group however long a delivery takes; another one delivers. An offset is
 * committed after its record was delivered or kept as given up. When partitions move away, what is under way is broken off and
 * delivered again by whoever has them then.
 */
public final class RecordDelivery<T extends SpecificRecord> implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RecordDelivery.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration BUSY_POLL = Duration.ofMillis(50);

    private final Consumer<String, byte[]> consumer;
    private final Topic<T> topic;
    private final Attempts<T> attempts;
    private final GivenUpLog givenUpLog;
    private final DeliveryMetrics metrics;
    private final Lag lag;
    private final ExecutorService worker;
    private volatile boolean stopped;
    private volatile boolean joined;
    private @Nullable Batch batch;
    private @Nullable Future<?> work;

    /**
     * @param consumer with auto-commit off and {@code read_committed}; closed at the end of {@link #run}
     */
    RecordDelivery(
            String sink,
            Consumer<String, byte[]> consumer,
            Topic<T> topic,
            Attempts<T> attempts,
            GivenUpLog givenUpLog,
            DeliveryMetrics metrics,
            Lag lag) {
        this.consumer = consumer;
        this.topic = topic;
        this.attempts = attempts;
        this.givenUpLog = givenUpLog;
        this.metrics = metrics;
        this.lag = lag;
        this.worker = Executors.newSingleThreadExecutor(task -> new Thread(task, "deliver-" + sink));
    }

    /** Delivers until it is closed, or until a fault that trying again cannot mend. */
    @Override
    public void run() {
        try (consumer) {
            consumer.subscribe(List.of(topic.name()), new Moves());
            while (!stopped) {
                turn();
            }
            breakOff();
        } finally {
            worker.shutdownNow();
        }
    }

    /** Whether it has ever been given its part of the partitions, which may be none. */
    boolean hasJoined() {
        return joined;
    }

    /** Ends {@link #run}; a delivery under way is broken off and made again after the next start. */
    @Override
    public void close() {
        stopped = true;
    }

    private void turn() {
        List<ConsumerRecord<String, byte[]>> polled = new ArrayList<>();
        consumer.poll(batch == null ? IDLE_POLL : BUSY_POLL).forEach(polled::add);
        if (batch == null && !polled.isEmpty()) {
            start(new Batch(polled));
        }
        if (batch != null && work != null) {
            commit(batch);
            if (work.isDone()) {
                finish(batch, work);
            }
        }
        measure();
    }

    private void measure() {
        Optional<Batch> current = Optional.ofNullable(batch);
        metrics.waiting(current.flatMap(Batch::oldestWaiting));
        lag.measure(current.map(Batch::positions).orElse(Map.of())).ifPresent(metrics::lag);
    }

    private void start(Batch started) {
        consumer.pause(consumer.assignment());
        batch = started;
        work = worker.submit(() -> {
            deliver(started);
            return null;
        });
    }

    private void finish(Batch finished, Future<?> done) {
        try {
            done.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        } catch (ExecutionException e) {
            throw new IllegalStateException("delivery broke: " + e.getCause(), e.getCause());
        }
        commit(finished);
        if (finished.uncommitted().isEmpty()) {
            batch = null;
            work = null;
            consumer.resume(consumer.assignment());
        }
    }

    private void deliver(Batch started) throws InterruptedException {
        for (ConsumerRecord<String, byte[]> record : started.records()) {
            Optional<Attempts.GivenUp> givenUp = deliver(record);
            if (givenUp.isPresent()) {
                givenUpLog.add(record, givenUp.get());
                metrics.givenUp(givenUp.get().cause());
            } else {
                metrics.delivered();
            }
            started.delivered(record);
        }
    }

    private Optional<Attempts.GivenUp> deliver(ConsumerRecord<String, byte[]> record) throws InterruptedException {
        if (record.value() == null) {
            return Optional.of(new Attempts.GivenUp(GivenUpCause.UNREADABLE, 0, "the record has no value"));
        }
        T value;
        try {
            value = topic.values().fromBytes(record.value());
        } catch (WireFormatException e) {
            return Optional.of(new Attempts.GivenUp(GivenUpCause.UNREADABLE, 0, String.valueOf(e.getMessage())));
        }
        return attempts.deliver(value);
    }

    /** A commit that fails now is made with the next one; if its partitions have gone, the group will say so. */
    private void commit(Batch delivered) {
        Map<TopicPartition, OffsetAndMetadata> offsets = delivered.uncommitted();
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets);
            delivered.committed(offsets);
        } catch (RetriableException | RebalanceInProgressException | CommitFailedException e) {
            LOG.warn("offsets cannot be committed now: {}", e.getMessage());
        }
    }

    /** Ends the work on the batch and commits what was delivered of it. */
    private void breakOff() {
        if (batch == null || work == null) {
            return;
        }
        work.cancel(true);
        awaitWorker();
        commit(batch);
    }

    private void awaitWorker() {
        try {
            // the single worker thread takes this up only when it has let go of the batch
            worker.submit(() -> {}).get(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("a delivery could not be broken off", e);
        }
    }

    /** Keeps batch and partitions in step when partitions move. */
    private final class Moves implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            breakOff();
            goOnWith(consumer.assignment().stream()
                    .filter(partition -> !revoked.contains(partition))
                    .toList());
        }

        /** Somebody else may deliver already: nothing can be committed any more. */
        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            if (work != null) {
                work.cancel(true);
                awaitWorker();
            }
            goOnWith(consumer.assignment().stream()
                    .filter(partition -> !lost.contains(partition))
                    .toList());
        }

        /** A group that has never committed keeps its place from the first moment on, not from its first delivery on. */
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(Set.copyOf(assigned));
            Map<TopicPartition, OffsetAndMetadata> places = assigned.stream()
                    .filter(partition -> known.get(partition) == null)
                    .collect(Collectors.toMap(
                            partition -> partition, partition -> new OffsetAndMetadata(consumer.position(partition))));
            if (!places.isEmpty()) {
                consumer.commitSync(places);
            }
            if (batch != null) {
                consumer.pause(assigned);
            }
            joined = true;
        }

        private void goOnWith(Collection<TopicPartition> kept) {
            if (batch != null) {
                batch.positions().forEach((partition, offset) -> {
                    if (kept.contains(partition)) {
                        consumer.seek(partition, offset);
                    }
                });
            }
            batch = null;
            work = null;
            consumer.resume(kept);
        }
    }
}
