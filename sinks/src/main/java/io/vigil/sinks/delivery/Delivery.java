package io.vigil.sinks.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vigil.schema.Undelivered;
import io.vigil.schema.topic.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One topic of a sink at work, from its start to its end. Owns its clients and its destination. Thread-safe. */
public final class Delivery {

    /**
     * Where records come from.
     *
     * @param bootstrapServers where Kafka is
     * @param start earliest or latest: where a sink that has never run begins
     * @param kafka handed to the clients unchanged
     * @param delivered the topic that is delivered
     * @param undelivered for what was given up
     */
    public record Source<T extends SpecificRecord>(
            String bootstrapServers,
            String start,
            Map<String, String> kafka,
            Topic<T> delivered,
            Topic<Undelivered> undelivered) {}

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    /** Records are small and each may take a while: few at a time keep what a crash repeats short. */
    private static final int MAX_POLL_RECORDS = 50;

    private final String name;
    private final RecordDelivery<?> loop;
    private final Thread thread;
    private volatile @Nullable RuntimeException fault;

    private Delivery(
            String name,
            RecordDelivery<?> loop,
            Producer<?, ?> producer,
            Destination<?> destination,
            List<KafkaClientMetrics> clientMetrics) {
        this.name = name;
        this.loop = loop;
        this.thread = new Thread(() -> run(producer, destination, clientMetrics), "sink-" + name);
    }

    /**
     * Starts to deliver.
     *
     * @param name names the consumer group, too
     * @param registry for the metrics of the delivery and of its Kafka clients
     */
    public static <T extends SpecificRecord> Delivery start(
            String name,
            Source<T> source,
            Destination<T> destination,
            RetrySettings retry,
            InstantSource clock,
            MeterRegistry registry) {
        Producer<String, byte[]> producer = producer(source);
        Consumer<String, byte[]> consumer = consumer(name, source);
        List<KafkaClientMetrics> clientMetrics =
                List.of(new KafkaClientMetrics(producer), new KafkaClientMetrics(consumer));
        clientMetrics.forEach(metrics -> metrics.bindTo(registry));
        DeliveryMetrics metrics = new DeliveryMetrics(name, registry, clock);
        RecordDelivery<T> loop = new RecordDelivery<>(
                name,
                consumer,
                source.delivered(),
                new Attempts<>(name, destination, retry, metrics),
                new GivenUpLog(name, producer, source.undelivered(), clock),
                metrics,
                new Lag(consumer, clock));
        Delivery delivery = new Delivery(name, loop, producer, destination, clientMetrics);
        delivery.thread.start();
        return delivery;
    }

    /** Why nothing is delivered yet; empty if the records that come are. */
    public Optional<String> notReady() {
        return loop.hasJoined() ? Optional.empty() : Optional.of("sink %s joins its consumer group".formatted(name));
    }

    /**
     * Looks whether it is at work.
     *
     * @throws IllegalStateException if it has ended by a fault
     */
    public void check() {
        RuntimeException known = fault;
        if (known != null) {
            throw new IllegalStateException("sink %s has failed: %s".formatted(name, known.getMessage()), known);
        }
    }

    /** Asks it to end. */
    public void stop() {
        loop.close();
    }

    /** Waits until it has ended, or for as long as given. */
    public void awaitEnd(Duration timeout) {
        try {
            thread.join(timeout.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Producer<?, ?> producer, Destination<?> destination, List<KafkaClientMetrics> clientMetrics) {
        try (producer;
                destination) {
            loop.run();
        } catch (RuntimeException e) {
            LOG.error("sink {} has failed", name, e);
            fault = e;
        } finally {
            clientMetrics.forEach(KafkaClientMetrics::close);
        }
    }

    private static Producer<String, byte[]> producer(Source<?> source) {
        return new KafkaProducer<>(
                settings(
                        source,
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                source.bootstrapServers(),
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                source.undelivered().maxMessageBytes())),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private static Consumer<String, byte[]> consumer(String name, Source<?> source) {
        return new KafkaConsumer<>(
                settings(
                        source,
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                source.bootstrapServers(),
                                ConsumerConfig.GROUP_ID_CONFIG,
                                "vigil-sink-" + name,
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                source.start(),
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                MAX_POLL_RECORDS)),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    private static Map<String, Object> settings(Source<?> source, Map<String, Object> own) {
        Map<String, Object> settings = new HashMap<>(own);
        settings.putAll(source.kafka());
        return settings;
    }
}
