package io.vigil.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.process.Failure;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.Chromium;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.TestService;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.capture.Backpressure;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, on real pictures that say which frame they are. */
class ConsoleIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int SAMPLES = 12;
    private static final ConsoleAddress ANYWHERE = ConsoleAddress.loopback(ConsoleAddress.ANY_PORT);

    private static final ConsoleSource NO_CLUSTER = new ConsoleSource("127.0.0.1:1", Topics.standard(), "vigil");

    /** The camera's tile as the browser shows it, with the frame number read from the pixels of the canvas. */
    private static final String READ_TILE = """
            (() => {
              const canvas = document.querySelector('[data-camera="%s"] canvas');
              if (!canvas || !canvas.dataset.sequence) return null;
              const row = canvas.getContext('2d').getImageData(0, canvas.height - 8, canvas.width, 1).data;
              const width = canvas.width / 40;
              let code = '';
              for (let cell = 0; cell < 40; cell++) {
                let sum = 0;
                for (let x = Math.ceil(cell * width); x < (cell + 1) * width; x++) sum += row[4 * x];
                code += sum / width > 127 ? 1 : 0;
              }
              return {code, sequence: canvas.dataset.sequence, boxes: canvas.dataset.boxes};
            })()""";

    @TempDir
    private Path directory;

    @Test
    void boxesShouldBelongToThePictureShown() throws Exception {
        // Given: two cameras whose pictures carry their frame number as a bar code
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            Topics topics = TestService.topics(broker, "page.", 2);
            List<CameraConfig> cameras = List.of(camera("gate"), camera("yard"));
            try (ServiceHost service = TestService.start(broker, topics, "page", directory);
                    Ingest ingest = Ingest.start(
                            IngestConfig.of(cameras, broker.bootstrap()),
                            topics.frames(),
                            Backpressure.none(),
                            new SimpleMeterRegistry());
                    Console console = Console.open(ANYWHERE, new ConsoleSource(broker.bootstrap(), topics, "page"));
                    Chromium browser = Chromium.open(directory, console.url())) {

                // When:
                List<JsonNode> shown = new ArrayList<>();
                for (String camera : List.of("gate", "yard")) {
                    for (int i = 0; i < SAMPLES; i++) {
                        shown.add(nextTile(browser, camera, i == 0 ? "" : sequence(shown.get(shown.size() - 1))));
                    }
                }
                browser.screenshot(Path.of("target", "page.png"));
                ingest.close();

                // Then: each picture is the frame that the page says, with that frame's boxes
                Map<Long, Detections> found = detections(broker, topics, "gate");
                for (JsonNode tile : shown.subList(0, SAMPLES)) {
                    long sequence = tile.get("sequence").asLong();
                    assertThat(numberIn(tile.get("code").asText())).isEqualTo(sequence);
                    assertThat(boxes(tile)).isEqualTo(boxes(found.get(sequence)));
                }
            }
        }
    }

    @Test
    void takenPortShouldBeNamed() {
        try (ConsoleServer first = ConsoleServer.start(ANYWHERE, List.of())) {
            int port = URI.create(first.url()).getPort();

            assertThatThrownBy(() -> ConsoleServer.start(ConsoleAddress.loopback(port), List.of()))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining(Integer.toString(port))
                    .hasMessageContaining("--port");
        }
    }

    @Test
    void otherSitesShouldGetNothing() throws Exception {
        try (ConsoleServer page = ConsoleServer.start(ANYWHERE, List.of(new LiveRoutes(new LiveFeed(NO_CLUSTER))))) {
            URI live = URI.create(page.url().replace("http", "ws") + "/live");

            assertThatThrownBy(() -> HttpClient.newHttpClient()
                            .newWebSocketBuilder()
                            .header("Origin", "https://elsewhere.example")
                            .buildAsync(live, new WebSocket.Listener() {})
                            .join())
                    .rootCause()
                    .hasMessageContaining("403");
            assertThat(statusFrom(page, "https://elsewhere.example")).isEqualTo(403);
            assertThat(statusFrom(page, page.url())).isEqualTo(200);
        }
    }

    @Test
    void pageShouldNeedNothingFromElsewhere() throws Exception {
        try (ConsoleServer page = ConsoleServer.start(ANYWHERE, List.of())) {
            HttpClient http = HttpClient.newHttpClient();
            for (String file : List.of("/", "/main.js", "/views/wall.js", "/console.css", "/icon.svg")) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(page.url() + file)).build(), BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(file).isEqualTo(200);
                assertThat(answer.headers()
                                .firstValue("Content-Security-Policy")
                                .orElseThrow())
                        .contains("default-src 'self'");
                assertThat(answer.body().replace("http://www.w3.org/2000/svg", ""))
                        .as(file)
                        .doesNotContain("http://", "https://");
            }
        }
    }

    private static int statusFrom(ConsoleServer page, String origin) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(page.url()))
                                .header("Origin", origin)
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    private static CameraConfig camera(String id) {
        return CameraConfig.of(new CameraId(id), SourceUri.parse("testpattern:width=640,height=360,rate=8"));
    }

    /** The camera's tile once it shows another frame than {@code before}. */
    private static JsonNode nextTile(Chromium browser, String camera, String before) {
        return await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(30))
                .until(
                        () -> browser.evaluate(READ_TILE.formatted(camera)),
                        tile -> tile.isObject() && !sequence(tile).equals(before));
    }

    private static String sequence(JsonNode tile) {
        return tile.get("sequence").asText();
    }

    /** The number in a bar code, as TestPatternSource in producers/ defines it; -1 if it is broken. */
    private static long numberIn(String code) {
        long number = Long.parseLong(code.substring(2, 34), 2);
        int check = 10;
        for (int shift = 0; shift < 32; shift += 4) {
            check ^= (int) (number >>> shift & 0xF);
        }
        boolean whole = code.startsWith("10") && code.endsWith("01");
        return whole && check == Integer.parseInt(code.substring(34, 38), 2) ? number : -1;
    }

    private static List<String> boxes(JsonNode tile) throws Exception {
        List<String> boxes = new ArrayList<>();
        new ObjectMapper()
                .readTree(tile.get("boxes").asText())
                .forEach(box -> boxes.add(
                        box.get("label").asText() + " " + (float) box.get("w").asDouble()));
        return boxes;
    }

    private static List<String> boxes(Detections detections) {
        return detections.getBoxes().stream()
                .map((Box box) -> box.getLabel() + " " + box.getW())
                .toList();
    }

    private static Map<Long, Detections> detections(EmbeddedBroker broker, Topics topics, String camera) {
        try (CommittedResults results = new CommittedResults(broker.bootstrap(), topics)) {
            results.linger(Duration.ofSeconds(2));
            return results.detections(camera).stream()
                    .collect(Collectors.toMap(Detections::getSequence, Function.identity()));
        }
    }
}
