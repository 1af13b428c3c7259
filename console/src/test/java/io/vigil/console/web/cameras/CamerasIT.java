package io.vigil.console.web.cameras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.Chromium;
import io.vigil.console.testing.TestService;
import io.vigil.console.web.Console;
import io.vigil.console.web.ConsoleAddress;
import io.vigil.console.web.ConsoleSource;
import io.vigil.producers.app.CameraStatus;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.capture.Backpressure;
import io.vigil.producers.capture.CameraState;
import io.vigil.schema.Event;
import io.vigil.schema.EventKind;
import io.vigil.schema.topic.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cameras and their rules, changed through the console while ingest and service run. */
class CamerasIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String PATTERN = "testpattern:width=640,height=360,rate=8";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private String url = "";

    @Test
    void zoneDrawnInTheBrowserShouldMakeEvents() throws Exception {
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            Topics topics = TestService.topics(broker, "drawn.", 2);
            try (ServiceHost service = TestService.start(broker, topics, "drawn", directory);
                    Ingest ingest = following(broker, topics);
                    Console console = console(broker, topics)) {
                url = console.url();
                // Given: a camera that the console adds and the ingest captures
                assertThat(put("gate", "{\"name\": \"<b>Gate</b>\", \"source\": \"%s\"}".formatted(PATTERN))
                                .statusCode())
                        .isEqualTo(200);
                await().atMost(LIMIT).until(() -> published(ingest, "gate") > 0);
                try (Chromium browser = Chromium.open(directory, url + "/#/cameras/gate")) {
                    await().atMost(LIMIT)
                            .until(() -> browser.evaluate("document.querySelector('canvas')?.dataset.sequence ?? ''")
                                    .asText()
                                    .matches("[0-9]+"));

                    // When: the whole picture becomes a zone, and a line is drawn with the keyboard
                    click(browser, "#draw-zone");
                    browser.clickInside(".shapes", 0.002, 0.002);
                    browser.clickInside(".shapes", 0.998, 0.002);
                    browser.clickInside(".shapes", 0.998, 0.998);
                    browser.clickInside(".shapes", 0.002, 0.998);
                    browser.press("Enter", 13);
                    click(browser, "#draw-line");
                    browser.press("ArrowUp", 38);
                    browser.evaluate(space());
                    browser.press("ArrowRight", 39);
                    browser.press("ArrowRight", 39);
                    browser.evaluate(space());
                    assertThat(browser.evaluate("document.querySelector('h1').textContent")
                                    .asText())
                            .isEqualTo("<b>Gate</b>");
                    click(browser, "#save");
                    await().atMost(LIMIT)
                            .until(() -> browser.evaluate("document.querySelector('[role=alert]').textContent")
                                    .asText()
                                    .startsWith("Saved"));
                    browser.screenshot(Path.of("target", "camera-editor.png"));

                    // Then: the record says what was drawn, and the service tells who is in the zone
                    JsonNode rules = get("/api/cameras/gate").get("rules");
                    assertThat(rules.at("/zones/0/name").asText()).isEqualTo("zone-1");
                    assertThat(rules.at("/zones/0/polygon")).hasSize(4);
                    assertThat(rules.at("/zones/0/polygon/2/0").asDouble()).isBetween(0.99, 1.0);
                    assertThat(rules.at("/lines/0/from").toString()).isEqualTo("[0.5,0.49]");
                    assertThat(rules.at("/lines/0/to").toString()).isEqualTo("[0.52,0.49]");
                    List<Event> events = new ArrayList<>();
                    readEvents(broker, topics, events);
                    assertThat(events).anySatisfy(event -> {
                        assertThat(event.getKind()).isEqualTo(EventKind.ENTERED);
                        assertThat(event.getRule()).isEqualTo("zone-1");
                        assertThat(event.getCameraId()).isEqualTo("gate");
                    });

                    browser.evaluate("location.hash = '#/cameras'");
                    await().atMost(LIMIT).until(() -> browser.evaluate(
                                    "document.querySelector('[data-camera=gate] strong')?.textContent ?? ''")
                            .asText()
                            .equals("<b>Gate</b>"));
                    browser.screenshot(Path.of("target", "cameras.png"));

                    // When: the camera is removed while its tile is on the wall
                    browser.evaluate("location.hash = '#/'");
                    await().atMost(LIMIT).until(() -> has(browser, ".wall [data-camera=gate] canvas[data-sequence]"));
                    assertThat(send("DELETE", "/api/cameras/gate", null).statusCode())
                            .isEqualTo(204);

                    // Then: it goes, and does not come back with the last results
                    await().atMost(LIMIT).until(() -> state(ingest, "gate").equals(Optional.of(CameraState.STOPPED)));
                    await().atMost(LIMIT)
                            .during(Duration.ofSeconds(3))
                            .until(() -> !has(browser, ".wall [data-camera=gate]"));
                    browser.evaluate("location.hash = '#/cameras'");
                    await().atMost(LIMIT).until(() -> has(browser, ".cameras tbody"));
                    await().atMost(LIMIT)
                            .during(Duration.ofSeconds(3))
                            .until(() -> !has(browser, ".cameras [data-camera=gate]"));
                }
            }
        }
    }

    @Test
    void camerasShouldBeAddedPausedResumedAndRemovedLive() throws Exception {
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            Topics topics = TestService.topics(broker, "live.", 2);
            try (Ingest ingest = following(broker, topics);
                    Console console = console(broker, topics)) {
                url = console.url();
                put("yard", "{\"source\": \"%s\"}".formatted(PATTERN));
                await().atMost(LIMIT).until(() -> published(ingest, "yard") > 3);

                assertThat(send("POST", "/api/cameras/yard/pause", null).statusCode())
                        .isEqualTo(200);
                await().atMost(LIMIT).until(() -> state(ingest, "yard").equals(Optional.of(CameraState.PAUSED)));
                send("POST", "/api/cameras/yard/resume", null);
                await().atMost(LIMIT).until(() -> state(ingest, "yard").equals(Optional.of(CameraState.LIVE)));
                assertThat(send("DELETE", "/api/cameras/yard", null).statusCode())
                        .isEqualTo(204);
                await().atMost(LIMIT).until(() -> state(ingest, "yard").equals(Optional.of(CameraState.STOPPED)));

                assertThat(get("/api/cameras")).isEmpty();
                assertThat(send("GET", "/api/cameras/yard", null).statusCode()).isEqualTo(404);
            }
        }
    }

    @Test
    void whatIsNoCameraShouldBeRefusedWithTheField() throws Exception {
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            Topics topics = TestService.topics(broker, "refused.", 2);
            try (Console console = console(broker, topics)) {
                url = console.url();
                assertRefused("{\"source\": \"rtsp://admin:hunter2@10.0.0.5/a\"}", "source", "placeholder");
                assertRefused("{\"source\": \"ftp://10.0.0.5/a\"}", "source", "ftp");
                assertRefused("{\"capture\": {\"quality\": 0}}", "capture.quality", "1 to 100");
                assertRefused("{\"colour\": 1}", "colour", "not a field");
                assertRefused("{\"paused\": [1]}", "paused", "another type");
                assertRefused("{", "", "no JSON");
                assertRefused(
                        "{\"rules\": {\"zones\": [{\"name\": \"a\", \"polygon\": [[0, 0], [1, 0], [1, 1]]},"
                                + " {\"name\": \"b\", \"polygon\": [[0, 0], [1, 0]]}]}}",
                        "rules.zones[1].polygon",
                        "three corners");
                assertThat(put(".hidden", "{}").body()).contains("camera_id");
                HttpResponse<String> elsewhere = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(url + "/api/cameras/gate"))
                                        .header("Origin", "https://elsewhere.example")
                                        .PUT(BodyPublishers.ofString("{}"))
                                        .build(),
                                BodyHandlers.ofString());
                assertThat(elsewhere.statusCode()).isEqualTo(403);
                assertThat(get("/api/cameras")).isEmpty();
            }
        }
    }

    private void assertRefused(String body, String field, String message) throws Exception {
        HttpResponse<String> answer = put("gate", body);
        assertThat(answer.statusCode()).as(body).isEqualTo(400);
        JsonNode error = JSON.readTree(answer.body()).at("/errors/0");
        assertThat(error.get("field").asText()).isEqualTo(field);
        assertThat(error.get("message").asText()).contains(message).doesNotContain("hunter2");
    }

    private static Ingest following(EmbeddedBroker broker, Topics topics) {
        Ingest ingest = Ingest.start(
                IngestConfig.following(List.of(), broker.bootstrap()),
                topics.frames(),
                Backpressure.none(),
                new SimpleMeterRegistry());
        ingest.follow(topics.cameras(), unused -> Optional.empty());
        return ingest;
    }

    private static Console console(EmbeddedBroker broker, Topics topics) {
        return Console.open(
                ConsoleAddress.loopback(ConsoleAddress.ANY_PORT),
                new ConsoleSource(Cluster.at(broker.bootstrap()), topics, "drawn", List.of()));
    }

    private HttpResponse<String> put(String camera, String body) throws Exception {
        return send("PUT", "/api/cameras/" + camera, body);
    }

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(send("GET", path, null).body());
    }

    /** Tries again while the topic has not been read. */
    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return await().atMost(LIMIT)
                .until(
                        () -> HttpClient.newHttpClient().send(request, BodyHandlers.ofString()),
                        answer -> answer.statusCode() != 503);
    }

    private static long published(Ingest ingest, String camera) {
        return status(ingest, camera).map(CameraStatus::published).orElse(0L);
    }

    private static Optional<CameraState> state(Ingest ingest, String camera) {
        return status(ingest, camera).map(CameraStatus::state);
    }

    private static Optional<CameraStatus> status(Ingest ingest, String camera) {
        return ingest.status().stream()
                .filter(status -> status.id().value().equals(camera))
                .findFirst();
    }

    private static boolean has(Chromium browser, String selector) throws Exception {
        return browser.evaluate("document.querySelector('%s') !== null".formatted(selector))
                .asBoolean();
    }

    private static void click(Chromium browser, String selector) throws Exception {
        browser.evaluate("document.querySelector('%s').click()".formatted(selector));
    }

    private static String space() {
        return "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: ' ', bubbles: true})), 1";
    }

    private static void readEvents(EmbeddedBroker broker, Topics topics, List<Event> events) {
        try (KafkaConsumer<String, Event> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                topics.events().values().deserializer())) {
            List<TopicPartition> partitions = Stream.of(0, 1)
                    .map(partition -> new TopicPartition(topics.events().name(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await().atMost(LIMIT).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> events.add(record.value()));
                return !events.isEmpty();
            });
        }
    }
}
