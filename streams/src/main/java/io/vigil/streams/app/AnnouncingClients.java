package io.vigil.streams.app;

import io.vigil.streams.ahead.UpcomingRecords;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** The clients that Kafka Streams uses anyway, except that its consumers tell which records of a topic they have read, and whether there are more. */
final class AnnouncingClients implements KafkaClientSupplier {

    private final String topic;
    private final UpcomingRecords upcoming;

    AnnouncingClients(String topic, UpcomingRecords upcoming) {
        this.topic = topic;
        this.upcoming = upcoming;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
                for (ConsumerRecord<byte[], byte[]> record : records.records(topic)) {
                    upcoming.announce(record.partition(), record.offset(), record.key(), record.value());
                }
                records.nextOffsets().forEach(this::announceEnd);
                return records;
            }

            private void announceEnd(TopicPartition partition, OffsetAndMetadata next) {
                if (partition.topic().equals(topic)) {
                    upcoming.announceEnd(
                            partition.partition(),
                            next.offset() + currentLag(partition).orElse(0));
                }
            }
        };
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
