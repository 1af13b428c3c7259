package io.vigil.streams.testing;

import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** What goes to the topics of a real broker and comes from them. */
public final class BrokerRecords {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestBroker broker;

    public BrokerRecords(TestBroker broker) {
        this.broker = broker;
    }

    /** Returns when the broker has them all. */
    public void send(Topic<Frame> topic, List<FrameFixture> frames) throws ExecutionException, InterruptedException {
        for (FrameFixture frame : frames) {
            send(topic, frame.build().getCameraId(), frame.toBytes(), Instant.now());
        }
    }

    public void send(Topic<Frame> topic, String key, byte[] value, Instant timestamp)
            throws ExecutionException, InterruptedException {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrap(),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                topic.maxMessageBytes());
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.name(), null, timestamp.toEpochMilli(), key, value))
                    .get();
        }
    }

    /** Waits for so many committed records of a topic. */
    public <T extends SpecificRecord> List<T> read(Topic<T> topic, int count) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> committed(topic.name()), records -> records.size() >= count)
                .stream()
                .map(record -> topic.values().fromBytes(record.value()))
                .toList();
    }

    /** The committed records of a topic now. */
    public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrap(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
