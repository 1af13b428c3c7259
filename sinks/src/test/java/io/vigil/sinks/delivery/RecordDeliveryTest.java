package io.vigil.sinks.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.schema.Event;
import io.vigil.schema.Undelivered;
import io.vigil.schema.topic.Topics;
import io.vigil.sinks.testing.EventFixture;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordDeliveryTest {

    private static final Topics TOPICS = Topics.standard();
    private static final Duration AGE = Duration.ofMinutes(1);
    private static final TopicPartition PARTITION =
            new TopicPartition(TOPICS.events().name(), 0);

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, new RoundRobinPartitioner(), new StringSerializer(), new ByteArraySerializer());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Script script = new Script();
    private RecordDelivery<Event> delivery;
    private Thread thread;

    @AfterEach
    void stop() throws InterruptedException {
        delivery.close();
        script.go.countDown();
        thread.join(Duration.ofSeconds(20).toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void shouldDeliverInOrderAndCommitAfterwards() {
        start(Optional.empty());
        add("a", "b", "c");

        await().untilAsserted(() -> assertThat(committed()).isEqualTo(3));
        assertThat(script.delivered).containsExactly("a", "b", "c");
    }

    @Test
    void shouldCommitNothingThatIsNotDelivered() {
        script.stallAt = "b";
        start(Optional.empty());
        add("a", "b");

        await().untilAsserted(() -> assertThat(committed()).isEqualTo(1));
        await().during(Duration.ofMillis(300)).until(() -> committed() == 1);
        script.go.countDown();
        await().untilAsserted(() -> assertThat(committed()).isEqualTo(2));
    }

    @Test
    void shouldTryAgainUntilItWorks() {
        script.failures.addAll(Collections.nCopies(5, new TemporaryFailureException("away", (Throwable) null)));
        start(Optional.empty());
        add("a", "b");

        await().untilAsserted(() -> assertThat(committed()).isEqualTo(2));
        assertThat(script.delivered).containsExactly("a", "b");
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void shouldKeepWhatTheOtherSideRefuses() {
        script.failures.add(new PermanentFailureException("no such hook"));
        start(Optional.empty());
        add("a", "b");

        await().untilAsserted(() -> assertThat(committed()).isEqualTo(2));
        assertThat(script.delivered).containsExactly("b");
        Undelivered kept = undelivered().get(0);
        assertThat(kept.getSink()).isEqualTo("desk");
        assertThat(kept.getOffset()).isZero();
        assertThat(kept.getAttempts()).isEqualTo(1);
        assertThat(kept.getMessage()).isEqualTo("no such hook");
        assertThat(TOPICS.events().values().fromBytes(kept.getValue().array()).getId())
                .isEqualTo("a");
    }

    @Test
    void shouldKeepWhatCannotBeReadAndWhatTookTooLong() {
        script.failures.addAll(Collections.nCopies(10_000, new TemporaryFailureException("away", (Throwable) null)));
        start(Optional.of(Duration.ofMillis(200)));
        consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, 0, "north", "rubbish".getBytes(UTF_8)));
        consumer.addRecord(record(1, "a"));

        await().untilAsserted(() -> assertThat(committed()).isEqualTo(2));
        assertThat(undelivered())
                .extracting(Undelivered::getAttempts)
                .satisfiesExactly(unread -> assertThat(unread).isZero(), tried -> assertThat(tried)
                        .isGreaterThan(1));
    }

    @Test
    void shouldBreakOffWhenItIsClosedAndLeaveTheRestForTheNextStart() throws InterruptedException {
        script.stallAt = "b";
        start(Optional.empty());
        add("a", "b");
        await().untilAsserted(() -> assertThat(script.delivered).containsExactly("a"));

        delivery.close();
        thread.join(Duration.ofSeconds(10).toMillis());

        assertThat(thread.isAlive()).isFalse();
        assertThat(script.delivered).containsExactly("a");
        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void shouldCountWhatBecameOfTheRecordsAndTellTheAgeOfTheOldest() {
        script.failures.add(new TemporaryFailureException("away", (Throwable) null));
        script.failures.add(new TemporaryFailureException("away", (Throwable) null));
        script.failures.add(new PermanentFailureException("no such hook"));
        script.stallAt = "c";
        start(Optional.empty());
        add("a", "b", "c");

        await().untilAsserted(() -> assertThat(count("vigil.sink.delivered")).isEqualTo(1));
        assertThat(count("vigil.sink.retried")).isEqualTo(2);
        assertThat(registry.get("vigil.sink.given.up")
                        .tag("reason", "refused")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(count("vigil.sink.given.up")).isEqualTo(1);
        await().untilAsserted(() -> assertThat(gauge("vigil.sink.oldest.undelivered.age"))
                .isBetween((double) AGE.toSeconds(), 2.0 * AGE.toSeconds()));
        script.go.countDown();
        await().untilAsserted(() ->
                assertThat(gauge("vigil.sink.oldest.undelivered.age")).isZero());
        assertThat(gauge("vigil.sink.lag")).isZero();
    }

    private double count(String name) {
        return registry.get(name).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private void start(Optional<Duration> giveUpAfter) {
        RetrySettings retry = new RetrySettings(Duration.ofMillis(5), Duration.ofMillis(20), giveUpAfter);
        DeliveryMetrics metrics = new DeliveryMetrics("desk", registry, InstantSource.system());
        delivery = new RecordDelivery<>(
                "desk",
                consumer,
                TOPICS.events(),
                new Attempts<>("desk", script, retry, metrics),
                new GivenUpLog("desk", producer, TOPICS.undelivered(), InstantSource.system()),
                metrics,
                new Lag(consumer, InstantSource.system()));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        consumer.schedulePollTask(() -> consumer.rebalance(List.of(PARTITION)));
        thread = new Thread(delivery);
        thread.start();
        await().until(() -> consumer.assignment().contains(PARTITION));
    }

    private void add(String... ids) {
        for (int offset = 0; offset < ids.length; offset++) {
            consumer.addRecord(record(offset, ids[offset]));
        }
    }

    private static ConsumerRecord<String, byte[]> record(long offset, String id) {
        byte[] value = TOPICS.events().values().toBytes(EventFixture.dwelt(id));
        return new ConsumerRecord<>(
                PARTITION.topic(),
                0,
                offset,
                Instant.now().minus(AGE).toEpochMilli(),
                TimestampType.CREATE_TIME,
                ConsumerRecord.NULL_SIZE,
                value.length,
                "north",
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private long committed() {
        OffsetAndMetadata offset = consumer.committed(Set.of(PARTITION)).get(PARTITION);
        return offset == null ? -1 : offset.offset();
    }

    private List<Undelivered> undelivered() {
        return producer.history().stream()
                .map(record -> TOPICS.undelivered().values().fromBytes(record.value()))
                .toList();
    }

    /** Fails as it is told, and then takes everything. */
    private static final class Script implements Destination<Event> {

        private final Queue<Exception> failures = new ArrayDeque<>();
        private final Queue<String> delivered = new ConcurrentLinkedQueue<>();
        private final CountDownLatch go = new CountDownLatch(1);
        private volatile String stallAt = "";

        @Override
        public void deliver(Event event)
                throws TemporaryFailureException, PermanentFailureException, InterruptedException {
            Exception failure = failures.poll();
            if (failure instanceof TemporaryFailureException temporary) {
                throw temporary;
            }
            if (failure instanceof PermanentFailureException permanent) {
                throw permanent;
            }
            if (event.getId().equals(stallAt)) {
                go.await();
            }
            delivered.add(event.getId());
        }

        @Override
        public void close() {}
    }
}
