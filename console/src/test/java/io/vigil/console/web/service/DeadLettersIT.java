package io.vigil.console.web.service;

import static io.vigil.console.testing.ResultFixture.captured;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.testing.ResultFixture;
import io.vigil.console.testing.TestService;
import io.vigil.console.web.RecordReader;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private EmbeddedBroker broker;
    private Topics topics;
    private RecordReader reader;
    private DeadLetters letters;
    private KafkaProducer<byte[], byte[]> producer;
    private int sent;

    @BeforeEach
    void start(@TempDir Path directory) {
        broker = TestService.broker(directory);
        topics = TestService.topics(broker, Topics.standard(), 1);
        Cluster cluster = Cluster.at(broker.bootstrap());
        reader = new RecordReader(cluster);
        letters = new DeadLetters(cluster, topics, reader);
        producer = cluster.producer(Map.of());
    }

    @AfterEach
    void stop() {
        producer.close();
        letters.close();
        reader.close();
        broker.close();
    }

    @Test
    void shouldAnswerWhileLettersKeepComing() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService sender = Executors.newSingleThreadExecutor();
        try {
            Future<?> sending = sender.submit(() -> {
                while (!enough.get()) {
                    send(1);
                }
            });

            await().atMost(LIMIT).until(() -> !letters.newest().isEmpty());

            enough.set(true);
            sending.get();
            assertThat(offsets()).isEqualTo(newest(sent));
        } finally {
            enough.set(true);
            sender.shutdown();
        }
    }

    @Test
    void shouldGiveTheNewestHoweverManyCameInBetween() {
        send(10);
        assertThat(offsets()).isEqualTo(newest(10));

        send(10 * DeadLetters.CAPACITY);

        assertThat(offsets()).isEqualTo(newest(10 * DeadLetters.CAPACITY + 10));
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            DeadLetter letter = DeadLetter.newBuilder(ResultFixture.deadLetter())
                    .setTimestamp(captured(sent++))
                    .build();
            producer.send(new ProducerRecord<>(
                    topics.deadLetters().name(), topics.deadLetters().values().toBytes(letter)));
        }
        producer.flush();
    }

    private List<Long> offsets() {
        return letters.newest().stream().map(entry -> entry.position().offset()).toList();
    }

    private static List<Long> newest(int all) {
        return LongStream.range(0, Math.min(all, DeadLetters.CAPACITY))
                .mapToObj(i -> all - 1 - i)
                .toList();
    }
}
