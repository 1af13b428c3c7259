package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.testing.Places;
import io.vigil.console.testing.RtspServer;
import io.vigil.console.testing.VigilProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a person or a script runs it. */
class DemoIT {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration RUN_LIMIT = Duration.ofSeconds(180);
    private static final Path SHIPPED_DETECTOR = Places.HOME.resolve("models/packages/tra-small/manifest.json");
    private static final Path SHIPPED_VIDEO = Places.HOME.resolve("models/assets/demo.mp4");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private Path report;
    private Path results;

    @BeforeEach
    void nameFiles() {
        report = directory.resolve("report.json");
        results = directory.resolve("results.jsonl");
    }

    @Test
    void shippedDemoShouldAccountForEveryFrame() throws Exception {
        assumeTrue(Files.exists(SHIPPED_DETECTOR), "no model packages are shipped yet");
        assumeTrue(Files.exists(SHIPPED_VIDEO), "no video is shipped yet");

        try (VigilProcess demo = VigilProcess.start(
                directory, "demo", "--headless", "--duration", "20s", "--report", report.toString())) {
            assertThat(demo.awaitExit(RUN_LIMIT)).as(demo.output()).isZero();
        }

        JsonNode account = accounted();
        assertThat(account.get("cameras").asInt()).isEqualTo(2);
        assertThat(account.get("actions").asInt()).isPositive();
    }

    @Test
    void unpacedFileShouldBeAnalysedOnceWithoutLoss() throws Exception {
        // Given: a second camera, so that one's frames are not the other's
        int frames = 120;

        // When:
        try (VigilProcess demo = demo(
                "--unpaced",
                "--input",
                "testpattern:width=320,height=240,rate=10,frames=" + frames,
                "--cameras",
                "2",
                "--results",
                results.toString())) {
            assertThat(demo.awaitExit(RUN_LIMIT)).as(demo.output()).isZero();
        }

        // Then:
        JsonNode account = accounted();
        assertThat(account.get("frames_captured").asInt()).isEqualTo(2 * frames);
        assertThat(account.get("frames_analysed").asInt()).isEqualTo(2 * frames);
        assertThat(account.get("fps").asDouble()).isPositive();
        for (String camera : List.of("camera-1", "camera-2")) {
            assertThat(detections(camera))
                    .extracting(line -> line.get("sequence").asLong())
                    .isEqualTo(LongStream.range(0, frames).boxed().toList());
        }
    }

    @Test
    void streetVideoShouldBeAnalysedFrameByFrame() throws Exception {
        assumeTrue(Files.exists(Places.STREET_VIDEO), "there is no " + Places.STREET_VIDEO);

        try (VigilProcess demo =
                demo("--unpaced", "--input", Places.STREET_VIDEO.toString(), "--results", results.toString())) {
            assertThat(demo.awaitExit(RUN_LIMIT)).as(demo.output()).isZero();
        }

        assertThat(accounted().get("frames_captured").asInt()).isEqualTo(795);
        assertThat(detections("camera-1")).allSatisfy(line -> {
            assertThat(line.get("width").asInt()).isEqualTo(768);
            assertThat(line.get("height").asInt()).isEqualTo(576);
        });
    }

    @Test
    void interruptedDemoShouldEndSoonAndStillReport() throws Exception {
        try (VigilProcess demo = demo("--input", "testpattern:rate=8")) {
            demo.awaitLine("object 0.", START_LIMIT);

            demo.interrupt();

            assertThat(demo.awaitExit(Duration.ofSeconds(30))).as(demo.output()).isZero();
        }
        assertThat(accounted().get("frames_analysed").asInt()).isPositive();
        try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("vigil-demo")))
                    .as("temporary data")
                    .isEmpty();
        }
    }

    @Test
    void cameraThatGoesAwayAndComesBackShouldBeCapturedAgain() throws Exception {
        try (RtspServer camera = RtspServer.start();
                VigilProcess demo = demo("--input", camera.url(), "--results", results.toString(), "--verbose")) {
            demo.awaitLine("object 0.", START_LIMIT);
            camera.kill();
            demo.awaitLine("(reconnecting", START_LIMIT);
            camera.restart();
            awaitEpochs(2);
            demo.interrupt();
            assertThat(demo.awaitExit(Duration.ofSeconds(60))).as(demo.output()).isZero();
        }

        accounted();
        Set<Long> epochs = new HashSet<>();
        List<List<Long>> order = new ArrayList<>();
        detections("camera-1").forEach(line -> {
            epochs.add(line.get("epoch").asLong());
            order.add(List.of(line.get("epoch").asLong(), line.get("sequence").asLong()));
        });
        assertThat(epochs).hasSizeGreaterThanOrEqualTo(2);
        assertThat(IntStream.range(1, order.size()).filter(i -> !isBefore(order.get(i - 1), order.get(i))))
                .as("out of order")
                .isEmpty();
    }

    private VigilProcess demo(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "demo",
                "--headless",
                "--report",
                report.toString(),
                "--detector",
                Places.TEST_DETECTOR.toString(),
                "--recognizer",
                Places.TEST_RECOGNIZER.toString()));
        all.addAll(List.of(arguments));
        return VigilProcess.start(directory, all.toArray(String[]::new));
    }

    private JsonNode accounted() throws IOException {
        JsonNode account = JSON.readTree(report.toFile());
        assertThat(account.get("frames_captured").asLong())
                .as("%s", account)
                .isPositive()
                .isEqualTo(account.get("frames_dropped").asLong()
                        + account.get("frames_analysed").asLong()
                        + account.get("frames_skipped").asLong()
                        + account.get("dead_letters").asLong());
        return account;
    }

    private List<JsonNode> detections(String camera) {
        try {
            String written = Files.readString(results);
            return written.substring(0, written.lastIndexOf('\n') + 1)
                    .lines()
                    .map(DemoIT::parse)
                    .filter(line -> line.get("kind").asText().equals("detections"))
                    .filter(line -> line.get("camera").asText().equals(camera))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitEpochs(int count) {
        await().atMost(START_LIMIT)
                .until(() -> detections("camera-1").stream()
                                .map(line -> line.get("epoch").asLong())
                                .distinct()
                                .count()
                        >= count);
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    private static boolean isBefore(List<Long> one, List<Long> other) {
        return one.get(0) < other.get(0) || (one.get(0).equals(other.get(0)) && one.get(1) < other.get(1));
    }
}
