package io.vigil.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.testing.Chromium;
import io.vigil.console.testing.Pictures;
import io.vigil.console.testing.TestService;
import io.vigil.console.testing.WallWatch;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sixteen cameras on one wall, each with ten analysed pictures a second, as a service would commit them. */
class FullWallIT {

    private static final int CAMERAS = 16;
    private static final long INTERVAL_MS = 100;
    private static final Duration WATCHED = Duration.ofSeconds(10);
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;

    @TempDir
    private Path directory;

    @Test
    void everyCameraShouldMoveWithItsOwnBoxes() throws Exception {
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            Topics topics = TestService.topics(broker, "wall.", 4);
            try (Cameras cameras = new Cameras(broker.bootstrap(), topics);
                    Console console = Console.open(
                            ConsoleAddress.loopback(ConsoleAddress.ANY_PORT),
                            new ConsoleSource(Cluster.at(broker.bootstrap()), topics, "wall", List.of()));
                    Chromium browser = Chromium.open(directory, console.url())) {
                cameras.start();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> browser.evaluate("document.querySelectorAll('.wall canvas[data-sequence]').length")
                                        .asInt()
                                == CAMERAS);
                WallWatch watch = WallWatch.begin(browser);
                Thread.sleep(WATCHED.toMillis());

                List<Double> rates = new ArrayList<>();
                for (int camera = 0; camera < CAMERAS; camera++) {
                    List<JsonNode> pictures = watch.pictures(id(camera));
                    rates.add((double) pictures.size() / WATCHED.toSeconds());
                    assertThat(pictures)
                            .extracting(WallWatch::sequence)
                            .isSorted()
                            .doesNotHaveDuplicates();
                    assertThat(pictures).allSatisfy(picture -> assertThat(WallWatch.firstBoxLeft(picture))
                            .isEqualTo(left(WallWatch.sequence(picture))));
                }
                System.out.printf(
                        "%d cameras: %.1f pictures/s at least, camera to glass %.0f ms at the median%n",
                        CAMERAS, rates.stream().min(Double::compare).orElseThrow(), watch.medianLatencyMs());
                assertThat(rates)
                        .as("pictures a second, on a machine that may be busy")
                        .allMatch(rate -> rate >= 2);
                assertThat(watch.medianLatencyMs()).isLessThan(2000);
            }
        }
    }

    private static String id(int camera) {
        return "camera-%02d".formatted(camera);
    }

    /** Where the only box of a frame begins, source pixels. */
    private static double left(long sequence) {
        return sequence % 400;
    }

    /** Publishes every camera's next frame and its detections, again and again. */
    private static final class Cameras implements AutoCloseable {

        private final Topics topics;
        private final List<byte[]> pictures = IntStream.range(0, 8)
                .mapToObj(seed -> Pictures.blocks(WIDTH, HEIGHT, seed))
                .toList();
        private final KafkaProducer<String, byte[]> producer;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private final Instant begin = Instant.now().truncatedTo(ChronoUnit.MICROS);
        private long sequence;

        Cameras(String bootstrap, Topics topics) {
            this.topics = topics;
            this.producer = new KafkaProducer<>(
                    Map.of(
                            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            bootstrap,
                            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                            "cameras"),
                    new StringSerializer(),
                    new ByteArraySerializer());
        }

        void start() {
            producer.initTransactions();
            clock.scheduleAtFixedRate(this::publish, 0, INTERVAL_MS, TimeUnit.MILLISECONDS);
        }

        private void publish() {
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            long epoch = ChronoUnit.MICROS.between(Instant.EPOCH, begin);
            producer.beginTransaction();
            for (int camera = 0; camera < CAMERAS; camera++) {
                ByteBuffer picture = ByteBuffer.wrap(pictures.get((int) ((sequence + camera) % pictures.size())));
                Frame frame =
                        new Frame(id(camera), epoch, sequence, now, WIDTH, HEIGHT, FrameEncoding.JPEG, picture, null);
                float left = (float) left(sequence);
                Box box = new Box("person", 0.9f, left, 40f, 60f, 160f, null);
                Detections found = new Detections(
                        id(camera),
                        epoch,
                        sequence,
                        now,
                        WIDTH,
                        HEIGHT,
                        "none",
                        "1",
                        List.of(),
                        List.of(box),
                        List.of());
                send(
                        topics.frames().name(),
                        id(camera),
                        topics.frames().values().toBytes(frame));
                send(
                        topics.detections().name(),
                        id(camera),
                        topics.detections().values().toBytes(found));
            }
            producer.commitTransaction();
            sequence++;
        }

        private void send(String topic, String key, byte[] value) {
            producer.send(new ProducerRecord<>(topic, key, value));
        }

        @Override
        public void close() throws InterruptedException {
            clock.shutdown();
            clock.awaitTermination(10, TimeUnit.SECONDS);
            producer.close();
        }
    }
}
