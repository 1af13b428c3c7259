package io.vigil.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vigil.console.broker.BrokerSettings;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.process.LoopbackPort;
import io.vigil.console.testing.ResultFixture;
import io.vigil.console.testing.TestService;
import io.vigil.schema.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LiveFeedIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Logger logger = (Logger) LoggerFactory.getLogger(FeedReader.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @TempDir
    private Path directory;

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    @Test
    void pageThatWasOpenedWithoutBrokersShouldGetPicturesWhenTheyAreBack() {
        // Given: topics whose broker is away for longer than a client waits
        BrokerSettings settings = new BrokerSettings(directory, LoopbackPort.anyFree());
        Topics topics = Topics.standard();
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings)) {
            TestService.topics(broker, topics, 1);
        }
        Cluster cluster = new Cluster(
                LoopbackPort.HOST + ":" + settings.port(),
                Map.of(
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "600",
                        CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, "500"));
        AtomicInteger pictures = new AtomicInteger();
        try (LiveFeed feed = new LiveFeed(new ConsoleSource(cluster, topics, "vigil", List.of()), new CameraStates())) {
            Viewer viewer = new Viewer(picture -> pictures.incrementAndGet());
            viewer.wish(Viewer.Wish.all());
            feed.add("page", viewer, text -> {});
            await().atMost(LIMIT).until(() -> !log.list.isEmpty());
            await().pollDelay(Duration.ofSeconds(4)).until(() -> true);

            // When:
            try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
                    KafkaProducer<byte[], byte[]> producer =
                            Cluster.at(broker.bootstrap()).producer(Map.of())) {
                AtomicInteger sequence = new AtomicInteger();
                await().atMost(LIMIT).until(() -> {
                    publish(producer, topics, sequence.getAndIncrement());
                    return pictures.get() > 0;
                });
            }

            // Then: it was not told with every try
            assertThat(log.list).hasSize(1);
            assertThat(log.list.get(0).getFormattedMessage()).contains("no pictures until Kafka can be read again");
        }
    }

    private static void publish(KafkaProducer<byte[], byte[]> producer, Topics topics, int sequence) throws Exception {
        byte[] frame = topics.frames().values().toBytes(ResultFixture.frame("gate", 1, sequence));
        byte[] detections = topics.detections().values().toBytes(ResultFixture.detections("gate", 1, sequence));
        producer.send(new ProducerRecord<>(topics.frames().name(), frame)).get();
        producer.send(new ProducerRecord<>(topics.detections().name(), detections))
                .get();
    }
}
