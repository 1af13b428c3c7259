package io.vigil.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.testing.Chromium;
import io.vigil.console.testing.CommittedResults;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.capture.Backpressure;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.CameraId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The wall and the view of one camera: which pictures they show, when, and with which boxes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CameraViewsIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int SAMPLES = 40;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the frame number from the pixels of a canvas; the bar code is in the lowest 16 of 360 rows. */
    private static final String READ_CODE = """
            window.codeIn = (canvas) => {
              const y = Math.floor(canvas.height * (1 - 8 / 360));
              const row = canvas.getContext('2d').getImageData(0, y, canvas.width, 1).data;
              const width = canvas.width / 40;
              let code = '';
              for (let cell = 0; cell < 40; cell++) {
                let sum = 0, count = 0;
                for (let x = Math.ceil(cell * width); x < (cell + 1) * width; x++) { sum += row[4 * x]; count++; }
                code += sum / count > 127 ? 1 : 0;
              }
              return code;
            };""";

    /** Notes every picture that is drawn on the wall from now on: its pixels' number, and what the page says of it. */
    private static final String WATCH_WALL = READ_CODE + """
            window.drawn = [];
            window.watcher?.disconnect();
            window.watcher = new MutationObserver((changes) => {
              for (const canvas of new Set(changes.map((change) => change.target))) {
                const {sequence, boxes, captureTimeUs} = canvas.dataset;
                drawn.push({camera: canvas.closest('article').dataset.camera, sequence: Number(sequence), boxes,
                            code: codeIn(canvas), at: Date.now(), latency: Date.now() - captureTimeUs / 1000});
              }
            });
            watcher.observe(document.querySelector('.wall'), {subtree: true, attributeFilter: ['data-sequence']});
            true""";

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
    void boxesShouldBelongToThePictureShown() throws Exception {
        // When:
        browser.evaluate(WATCH_WALL);
        live.awaitTrue("['gate', 'yard'].every((id) => drawn.filter(({camera}) => camera === id).length >= %d)"
                .formatted(SAMPLES));
        JsonNode drawn = browser.evaluate("drawn");

        // Then: each picture is the frame that the page says, with that frame's boxes, in order
        for (String camera : List.of("gate", "yard")) {
            Map<Long, Detections> found = detections(camera);
            long last = -1;
            for (JsonNode picture : of(camera, drawn)) {
                long sequence = picture.get("sequence").asLong();
                assertThat(numberIn(picture.get("code").asText())).isEqualTo(sequence);
                assertThat(boxes(picture)).isEqualTo(boxes(found.get(sequence)));
                assertThat(sequence).isGreaterThan(last);
                last = sequence;
            }
        }
        double median = median(latencies(drawn));
        System.out.printf("camera to glass, median of %d pictures: %.0f ms%n", drawn.size(), median);
        assertThat(median)
                .as("ms from capture to canvas, on a machine that may be busy")
                .isLessThan(2000);
    }

    @Test
    void slowBrowserShouldGetFewerPicturesNotLaterOnes() throws Exception {
        browser.evaluate(WATCH_WALL);
        browser.evaluate("""
                window.decode = createImageBitmap;
                window.createImageBitmap = async (picture) => {
                  await new Promise((later) => setTimeout(later, 500));
                  return decode(picture);
                }""");
        Instant begin = Instant.now();
        live.awaitTrue("drawn.filter(({camera}) => camera === 'gate').length >= 12");
        double seconds = Duration.between(begin, Instant.now()).toMillis() / 1000.0;
        JsonNode drawn = browser.evaluate("window.createImageBitmap = decode, drawn");

        assertThat(of("gate", drawn).size() / seconds).isLessThan(LiveConsole.FRAMES_PER_SECOND / 2.0);
        List<Double> latencies = latencies(drawn);
        assertThat(median(latencies.subList(latencies.size() / 2, latencies.size())))
                .as("later pictures are not older than earlier ones")
                .isLessThan(median(latencies.subList(0, latencies.size() / 2)) + 1000)
                .isLessThan(3000);
    }

    @Test
    void pastFrameShouldComeBackWithItsBoxes() throws Exception {
        // Given: a history to look at
        live.go("#/camera/gate");
        browser.evaluate(READ_CODE + "true");
        live.awaitTrue("document.querySelector('.stage canvas').dataset.sequence > 20");
        live.awaitTrue("document.querySelector('.timeline .strip canvas') !== null");

        // When: two seconds back, and then picture by picture
        browser.evaluate("document.querySelector('.track').focus()");
        browser.press("ArrowLeft", 37);
        browser.press("ArrowLeft", 37);
        live.awaitTrue("document.querySelector('.controls button').getAttribute('aria-pressed') === 'false'");
        Thread.sleep(3000);
        JsonNode first = shownInStage();
        browser.evaluate("document.querySelector('[aria-label=\"Picture before\"]').click()");
        live.awaitTrue("Number(document.querySelector('.stage canvas').dataset.sequence) < " + first.get("sequence"));
        JsonNode before = shownInStage();

        // Then:
        Map<Long, Detections> found = detections("gate");
        for (JsonNode shown : List.of(first, before)) {
            long sequence = shown.get("sequence").asLong();
            assertThat(numberIn(shown.get("code").asText())).isEqualTo(sequence);
            assertThat(boxes(shown)).isEqualTo(boxes(found.get(sequence)));
        }

        // When: only the best boxes are wanted
        browser.evaluate("""
                const slider = document.querySelector('.score input');
                slider.value = 95; slider.dispatchEvent(new Event('input')); true""");
        assertThat(boxes(shownInStage())).isEmpty();

        // When: live again
        browser.press("l", 76);
        live.awaitTrue("Number(document.querySelector('.stage canvas').dataset.sequence) > " + first.get("sequence"));
    }

    @Test
    void keysShouldLeadFromTheWallToACameraAndBack() throws Exception {
        browser.evaluate("document.querySelector('.wall a').focus()");
        browser.press("ArrowRight", 39);
        String second = browser.evaluate("document.querySelectorAll('.wall article')[1].dataset.camera")
                .asText();
        assertThat(browser.evaluate("document.activeElement.closest('article').dataset.camera")
                        .asText())
                .isEqualTo(second);

        browser.press("Enter", 13);
        live.awaitTrue("location.hash === '#/camera/%s' && document.querySelector('h1').textContent === '%s'"
                .formatted(second, second));

        browser.press("Escape", 27);
        live.awaitTrue("location.hash === '#/' && document.querySelectorAll('.wall article').length >= 2");
    }

    @Test
    void silentCameraShouldShowItsLastPicture() throws Exception {
        // Given: a camera of which a page has never seen a frame
        try (Ingest porch = Ingest.start(
                IngestConfig.of(
                        List.of(CameraConfig.of(
                                new CameraId("porch"),
                                SourceUri.parse("testpattern:width=640,height=360,rate=8,frames=9"))),
                        live.bootstrap()),
                live.topics().frames(),
                Backpressure.none(),
                new SimpleMeterRegistry())) {
            browser.navigate("about:blank");
            await().atMost(LIMIT).until(porch::finished);
        }
        Thread.sleep(7000);

        // When:
        browser.navigate(live.url());

        // Then:
        live.awaitTrue("document.querySelector('[data-camera=porch] .state')?.textContent.startsWith('silent for')");
        live.awaitTrue("document.querySelector('[data-camera=porch] canvas').dataset.sequence === '8'");
        browser.evaluate(READ_CODE + "true");
        assertThat(numberIn(browser.evaluate("codeIn(document.querySelector('[data-camera=porch] canvas'))")
                        .asText()))
                .isEqualTo(8);
    }

    private JsonNode shownInStage() throws Exception {
        return browser.evaluate("""
                (() => {
                  const canvas = document.querySelector('.stage canvas');
                  return {sequence: Number(canvas.dataset.sequence), boxes: canvas.dataset.boxes, code: codeIn(canvas)};
                })()""");
    }

    private static List<JsonNode> of(String camera, JsonNode drawn) {
        List<JsonNode> pictures = new ArrayList<>();
        drawn.forEach(picture -> {
            if (picture.get("camera").asText().equals(camera)) {
                pictures.add(picture);
            }
        });
        return pictures;
    }

    private static List<Double> latencies(JsonNode drawn) {
        List<Double> latencies = new ArrayList<>();
        drawn.forEach(picture -> latencies.add(picture.get("latency").asDouble()));
        return latencies;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
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

    private static List<String> boxes(JsonNode picture) throws Exception {
        List<String> boxes = new ArrayList<>();
        JSON.readTree(picture.get("boxes").asText())
                .forEach(box -> boxes.add(
                        box.get("label").asText() + " " + (float) box.get("w").asDouble()));
        return boxes;
    }

    private static List<String> boxes(Detections detections) {
        return detections.getBoxes().stream()
                .map((Box box) -> box.getLabel() + " " + box.getW())
                .toList();
    }

    private Map<Long, Detections> detections(String camera) {
        try (CommittedResults results = new CommittedResults(live.bootstrap(), live.topics())) {
            results.linger(Duration.ofSeconds(2));
            return results.detections(camera).stream()
                    .collect(Collectors.toMap(Detections::getSequence, Function.identity(), (first, second) -> second));
        }
    }
}
