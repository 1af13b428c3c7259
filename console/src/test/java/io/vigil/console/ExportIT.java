package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.process.ExitCode;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.DetectionsLog;
import io.vigil.console.testing.EventLog;
import io.vigil.console.testing.Places;
import io.vigil.console.testing.ResultFixture;
import io.vigil.console.testing.SlowConsumers;
import io.vigil.console.testing.TestService;
import io.vigil.console.testing.VigilProcess;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.capture.Backpressure;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topics;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Java2DFrameConverter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What two test pattern cameras gave, and what the service found, taken out of a real broker in every format. */
@TestInstance(Lifecycle.PER_CLASS)
class ExportIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final int FRAMES = 30;
    /** So slow that an export does not end before it is interrupted. */
    private static final double SLOW_BYTES_PER_SECOND = 100_000;

    private static final List<String> CAMERAS = List.of("gate", "yard");

    @TempDir
    private static Path directory;

    private EmbeddedBroker broker;
    private CommittedResults results;

    @BeforeAll
    void analyse() {
        broker = TestService.broker(directory);
        Topics topics = TestService.topics(broker, "vigil.", 2);
        List<CameraConfig> cameras = CAMERAS.stream()
                .map(id -> CameraConfig.of(
                                new CameraId(id),
                                SourceUri.parse("testpattern:width=640,height=360,rate=10,frames=%d".formatted(FRAMES)))
                        .withPacing(Pacing.UNPACED))
                .toList();
        results = new CommittedResults(broker.bootstrap(), topics);
        try (ServiceHost service = TestService.start(broker, topics, "export", directory);
                Ingest ingest = Ingest.start(
                        IngestConfig.of(cameras, broker.bootstrap()),
                        topics.frames(),
                        Backpressure.none(),
                        new SimpleMeterRegistry())) {
            results.awaitOutcomes(CAMERAS.size() * FRAMES, LIMIT);
        }
        EventLog events = new EventLog(broker.bootstrap());
        events.publish(List.of("event-1"));
        events.publishAborted(List.of("never-happened"));
        results.linger(Duration.ofSeconds(1));
    }

    @AfterAll
    void stop() {
        results.close();
        broker.close();
    }

    @Test
    void jsonLinesShouldHaveEveryCommittedResult() throws Exception {
        Path file = directory.resolve("all.jsonl");

        export("--from", "10m", "--out", file.toString());

        List<JsonNode> lines =
                Files.readAllLines(file).stream().map(ExportIT::parse).toList();
        for (String camera : CAMERAS) {
            assertThat(lines)
                    .filteredOn(line -> isOf(line, "detections", camera))
                    .extracting(line -> line.get("sequence").asLong())
                    .containsExactlyElementsOf(results.detections(camera).stream()
                            .map(Detections::getSequence)
                            .toList());
            assertThat(lines)
                    .filteredOn(line -> isOf(line, "actions", camera))
                    .hasSize(results.actions(camera).size());
        }
        assertThat(lines)
                .filteredOn(line -> line.get("kind").asText().equals("event"))
                .singleElement()
                .satisfies(event -> assertThat(event.get("id").asText()).isEqualTo("event-1"));
    }

    @Test
    void spanAndCameraShouldChooseWhatIsWritten() throws Exception {
        List<Detections> gate = results.detections("gate");
        Instant from = gate.get(10).getCaptureTime();
        Instant to = gate.get(20).getCaptureTime();
        Path file = directory.resolve("part.jsonl");

        String said = export(
                "--from",
                from.toString(),
                "--to",
                to.toString(),
                "--camera",
                "gate",
                "--camera",
                "nobody",
                "--out",
                file.toString());

        assertThat(Files.readAllLines(file).stream().map(ExportIT::parse))
                .filteredOn(line -> line.get("kind").asText().equals("detections"))
                .extracting(line -> line.get("sequence").asLong())
                .containsExactlyElementsOf(gate.stream()
                        .filter(found -> isWithin(found.getCaptureTime().toEpochMilli(), from, to))
                        .map(Detections::getSequence)
                        .toList());
        assertThat(said).contains("nothing of camera nobody");
    }

    @Test
    void tablesShouldHaveARowPerBoxAndEvent() throws Exception {
        Path tables = directory.resolve("tables");

        export("--from", "10m", "--format", "csv", "--out", tables.toString());

        List<String> rows = Files.readAllLines(tables.resolve("detections.csv"));
        assertThat(rows.get(0)).isEqualTo("camera,epoch,sequence,capture_time,label,score,x,y,w,h,track_id");
        assertThat(rows).hasSize(1 + boxes("gate").size() + boxes("yard").size());
        Detections first = results.detections("gate").get(0);
        Box box = first.getBoxes().get(0);
        assertThat(rows)
                .anyMatch(row -> row.startsWith("gate,%d,%d,%s,%s,%s,%s,"
                        .formatted(
                                first.getEpoch(),
                                first.getSequence(),
                                first.getCaptureTime(),
                                box.getLabel(),
                                box.getScore(),
                                box.getX())));
        assertThat(Files.readAllLines(tables.resolve("events.csv")))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("event-1,north,entered,yard,2026-01-01T12:00:00Z");
        assertThat(Files.readAllLines(tables.resolve("actions.csv")))
                .first()
                .isEqualTo("camera,epoch,start_time,end_time,label,score");
    }

    @Test
    void trainersOwnReaderShouldReadTheVideoDataSet() throws Exception {
        Path file = directory.resolve("all.json");

        export("--from", "10m", "--format", "coco-vid", "--out", file.toString());

        JsonNode set = new ObjectMapper().readTree(file.toFile());
        assertThat(set.get("images"))
                .hasSize(CAMERAS.size() * results.detections("gate").size());
        assertThat(set.get("videos")).hasSize(CAMERAS.size());
        assertThat(set.get("annotations"))
                .hasSize(boxes("gate").size() + boxes("yard").size());
        assertThat(set.get("annotations").findValues("instance_id"))
                .extracting(JsonNode::asInt)
                .contains(1)
                .doesNotContain(0);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.filter(left -> left.toString().endsWith(".part"))).isEmpty();
        }
        String read = python("""
                import pathlib, sys
                from vigil_models.data.coco_vid import coco_vid
                found = coco_vid(pathlib.Path(sys.argv[1]), pathlib.Path("."))
                print(len(found.frames), sum(len(frame.objects.boxes) for frame in found.frames), *found.labels)
                """, file.toString());
        assertThat(read)
                .isEqualTo("%d %d object"
                        .formatted(
                                set.get("images").size(), set.get("annotations").size()));
    }

    @Test
    void videosShouldShowEachFrameInItsTimeWithItsBoxes() throws Exception {
        Path videos = directory.resolve("videos");

        export("--from", "10m", "--format", "mp4", "--out", videos.toString());

        for (String camera : CAMERAS) {
            List<Detections> found = results.detections(camera);
            List<Shown> shown = shown(videos.resolve(camera + ".mp4"));
            assertThat(shown).hasSize(FRAMES).hasSameSizeAs(found);
            Instant begin = found.get(0).getCaptureTime();
            for (int i = 0; i < FRAMES; i++) {
                assertThat(shown.get(i).micros())
                        .isCloseTo(
                                Duration.between(begin, found.get(i).getCaptureTime())
                                                .toNanos()
                                        / 1000,
                                within(200L));
                assertThat(rightEdgeIsDrawn(shown.get(i).picture(), found.get(i).getBoxes()))
                        .as("%s frame %d", camera, i)
                        .isTrue();
            }
        }
    }

    @Test
    void interruptedExportShouldLeaveNothing() throws Exception {
        Path file = directory.resolve("interrupted.jsonl");
        Path part = directory.resolve("interrupted.jsonl.part");
        Topics many = TestService.topics(broker, "many.", 1);
        new DetectionsLog(broker.bootstrap(), many.detections())
                .publish(LongStream.range(0, 50_000)
                        .mapToObj(sequence -> ResultFixture.detections("gate", 1, sequence, "person"))
                        .toList());

        try (SlowConsumers slow = new SlowConsumers(broker.bootstrap(), SLOW_BYTES_PER_SECOND);
                VigilProcess export = start("--topic-prefix", "many.", "--from", "10m", "--out", file.toString())) {
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> Files.exists(part));
            export.interrupt();

            assertThat(export.awaitExit(LIMIT)).isEqualTo(ExitCode.FAILED.code());
            assertThat(export.output()).contains("stopped before the end");
        }
        assertThat(file).doesNotExist();
        assertThat(part).doesNotExist();
    }

    private String export(String... arguments) throws InterruptedException {
        try (VigilProcess export = start(arguments)) {
            assertThat(export.awaitExit(LIMIT)).as(export.output()).isZero();
            return export.output();
        }
    }

    private VigilProcess start(String... arguments) {
        List<String> line = new ArrayList<>(List.of("export", "--bootstrap", broker.bootstrap()));
        line.addAll(List.of(arguments));
        return VigilProcess.start(directory, line.toArray(String[]::new));
    }

    private List<Box> boxes(String camera) {
        return results.detections(camera).stream()
                .flatMap(found -> found.getBoxes().stream())
                .toList();
    }

    private static boolean isOf(JsonNode line, String kind, String camera) {
        return line.get("kind").asText().equals(kind)
                && line.get("camera").asText().equals(camera);
    }

    private static boolean isWithin(long millis, Instant from, Instant to) {
        Instant time = Instant.ofEpochMilli(millis);
        return !time.isBefore(from) && time.isBefore(to);
    }

    /** Whether the pattern's even background gives way to another colour where a box ends, below its caption. */
    private static boolean rightEdgeIsDrawn(BufferedImage picture, List<Box> boxes) {
        int y = picture.getHeight() * 5 / 8;
        return boxes.stream().allMatch(box -> {
            int edge = Math.round(box.getX() + box.getW()) - 1;
            return IntStream.rangeClosed(edge - 1, edge + 1)
                    .anyMatch(x -> difference(picture.getRGB(x, y), picture.getRGB(edge + 12, y)) > 60);
        });
    }

    private static int difference(int one, int other) {
        Color a = new Color(one);
        Color b = new Color(other);
        return Math.max(
                Math.abs(a.getRed() - b.getRed()),
                Math.max(Math.abs(a.getGreen() - b.getGreen()), Math.abs(a.getBlue() - b.getBlue())));
    }

    private static List<Shown> shown(Path video) throws Exception {
        List<Shown> shown = new ArrayList<>();
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(video.toFile());
                Java2DFrameConverter converter = new Java2DFrameConverter()) {
            grabber.start();
            for (var frame = grabber.grabImage(); frame != null; frame = grabber.grabImage()) {
                BufferedImage picture = converter.convert(frame);
                BufferedImage copy =
                        new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
                copy.createGraphics().drawImage(picture, 0, 0, null);
                shown.add(new Shown(frame.timestamp, copy));
            }
        }
        return shown;
    }

    /** What a program prints that uses the models' package. */
    private String python(String program, String argument) throws Exception {
        assumeTrue(
                Files.isExecutable(PYTHON) && runPython("import vigil_models.data.coco_vid", argument) == 0,
                "what models/ needs is not installed for /usr/bin/python3");
        assertThat(runPython(program, argument))
                .as(Files.readString(pythonOutput()))
                .isZero();
        return Files.readString(pythonOutput()).trim();
    }

    private int runPython(String program, String argument) throws Exception {
        Process process = new ProcessBuilder(PYTHON.toString(), "-c", program, argument)
                .directory(Places.HOME.resolve("models").toFile())
                .redirectErrorStream(true)
                .redirectOutput(pythonOutput().toFile())
                .start();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("python did not end");
        }
        return process.exitValue();
    }

    private Path pythonOutput() {
        return directory.resolve("python-output");
    }

    private static JsonNode parse(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private record Shown(long micros, BufferedImage picture) {}
}
