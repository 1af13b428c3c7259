package io.vigil.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.testing.Chromium;
import io.vigil.console.testing.Pictures;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import java.awt.Color;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The view of the service: its account of the frames, and its dead letters. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceViewIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** A key that is no camera id, and would run if it were taken for markup. */
    private static final String EVIL_KEY = "<img src=x onerror=document.title='run'>";

    private final LiveConsole live = new LiveConsole();
    private Chromium browser;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        live.start(directory);
        browser = live.browser();
    }

    @AfterAll
    void stop() throws Exception {
        live.close();
    }

    @BeforeEach
    void openTheWall() throws Exception {
        live.openTheWall();
    }

    @Test
    void deadLetterShouldBeShownAndSentAgain() throws Exception {
        // Given: a picture that ends early, and a record whose key is no camera's
        byte[] broken = truncatedFrame();
        publish("gate".getBytes(StandardCharsets.UTF_8), broken);
        publish(EVIL_KEY.getBytes(StandardCharsets.UTF_8), broken);

        // When:
        live.go("#/service");
        live.awaitTrue("document.querySelectorAll('.letters details').length >= 2");
        browser.evaluate("document.querySelectorAll('.letters details').forEach((each) => each.open = true)");
        live.awaitTrue(
                "[...document.querySelectorAll('.letters pre')].every((dump) => dump.textContent.includes('000000  '))");

        // Then: names from outside are text, and the page says what is wrong
        String text = browser.evaluate("document.querySelector('.letters').textContent")
                .asText();
        assertThat(text).contains("truncated", "invalid key", EVIL_KEY);
        assertThat(browser.evaluate("document.title").asText()).isEqualTo("Service · Vigil");

        // When: the first is sent again
        browser.evaluate("""
                setTimeout(() => [...document.querySelectorAll('.letters details')]
                  .find((each) => each.textContent.includes('truncated')).querySelector('button').click(), 0)""");
        await().atMost(LIMIT).until(browser::accept);
        live.awaitTrue("document.querySelector('.letters').textContent.includes('sent again: page.frames-')");

        // Then: the same record lies in the frames topic once more, and fails again
        String answer = browser.evaluate("document.querySelector('.letters [role=status]:not(:empty)').textContent")
                .asText();
        TopicPartition partition = new TopicPartition(
                live.topics().frames().name(), Integer.parseInt(answer.replaceAll(".*page.frames-(\\d+) .*", "$1")));
        try (RecordReader reader = new RecordReader(Cluster.at(live.bootstrap()))) {
            var record = reader.at(partition, Long.parseLong(answer.replaceAll(".* ", "")), LIMIT)
                    .orElseThrow();
            assertThat(record.key()).isEqualTo("gate".getBytes(StandardCharsets.UTF_8));
            assertThat(record.value()).isEqualTo(broken);
        }
        live.awaitTrue("document.querySelectorAll('.letters details').length >= 3");
    }

    @Test
    void serviceViewShouldAccountForTheFrames() throws Exception {
        live.go("#/service");
        live.awaitTrue("document.querySelector('.topology')?.textContent.includes('detect')");
        live.awaitTrue(
                "document.body.textContent.includes('tra-test') && document.body.textContent.includes('stable')");

        JsonNode service = browser.evaluate("fetch('/api/service').then((answer) => answer.json())");
        for (JsonNode camera : service.get("cameras")) {
            assertThat(camera.get("captured").asLong())
                    .isPositive()
                    .isEqualTo(camera.get("analysed").asLong()
                            + camera.get("skipped").asLong()
                            + camera.get("dropped").asLong()
                            + camera.get("dead_letters").asLong());
        }
        assertThat(service.at("/per_s/analysed").asDouble()).isPositive();
        assertThat(service.at("/group/partitions"))
                .hasSize(2)
                .allMatch(partition -> partition.get("end").isNumber());
        // nobody told where the metrics are
        assertThat(browser.evaluate("document.body.textContent").asText())
                .contains("Unknown: the console was not told");
    }

    private byte[] truncatedFrame() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        byte[] jpeg = Pictures.cut(Pictures.jpeg(64, 48, Color.ORANGE), 0.6);
        return live.topics()
                .frames()
                .values()
                .toBytes(new Frame("gate", 1L, 0L, now, 64, 48, FrameEncoding.JPEG, ByteBuffer.wrap(jpeg), null));
    }

    private void publish(byte[] key, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, live.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(live.topics().frames().name(), key, value))
                    .get();
        }
    }
}
