package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigil.console.process.LoopbackPort;
import io.vigil.console.testing.Chromium;
import io.vigil.console.testing.Pictures;
import io.vigil.console.testing.Places;
import io.vigil.console.testing.VigilProcess;
import io.vigil.console.testing.WallWatch;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.topic.Topics;
import java.awt.Color;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo's console in a real browser, on the videos that people see first. What it looks like is written to target/, or to
 * docs/images/ with {@code -Dvigil.update-docs}.
 */
class ConsolePicturesIT {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Path SHIPPED_DETECTOR = Places.HOME.resolve("models/packages/tra-small/manifest.json");
    private static final Path PICTURES = System.getProperty("vigil.update-docs") == null
            ? Places.MODULE.resolve("target")
            : Places.HOME.resolve("docs/images");

    /** Corners of a zone on the street, shares of the picture. */
    private static final double[][] ZONE = {{0.06, 0.62}, {0.55, 0.52}, {0.95, 0.68}, {0.88, 0.95}, {0.12, 0.95}};

    /** So much history makes a timeline worth looking at. */
    private static final int FRAMES = 60;

    @TempDir
    private Path directory;

    @Test
    void bundledVideoShouldFillEveryView() throws Exception {
        assumeTrue(Files.exists(SHIPPED_DETECTOR), "no model packages are shipped yet");
        int port = LoopbackPort.anyFree();
        try (VigilProcess demo = VigilProcess.start(directory, "demo", "--port", Integer.toString(port))) {
            String url = url(demo);
            try (Chromium browser = Chromium.open(directory, url)) {
                browser.resize(1280, 500);
                awaitBoxes(browser, ".wall [data-camera='camera-1'] canvas");
                awaitBoxes(browser, ".wall [data-camera='camera-2'] canvas");
                publishBrokenFrame(demo);
                awaitTrue(
                        browser,
                        "fetch('/api/service').then((answer) => answer.json())"
                                + ".then(({cameras}) => cameras.every(({analysed}) => analysed > %d))"
                                        .formatted(FRAMES));
                browser.screenshot(PICTURES.resolve("console-wall.jpg"));
                WallWatch watch = WallWatch.begin(browser);
                Thread.sleep(5000);
                System.out.printf("camera to glass on the demo, median: %.0f ms%n", watch.medianLatencyMs());
                assertThat(watch.medianLatencyMs())
                        .as("ms, on a machine that may be busy")
                        .isLessThan(2000);

                browser.evaluate("location.hash = '#/camera/camera-1'");
                browser.resize(1280, 950);
                awaitBoxes(browser, ".stage canvas");
                browser.evaluate(
                        "[...document.querySelectorAll('.spans button')].find((each) => each.textContent === '5 min').click()");
                awaitTrue(browser, "document.querySelectorAll('.timeline .row').length >= 3");
                Thread.sleep(1500);
                browser.screenshot(PICTURES.resolve("console-camera.jpg"));

                browser.resize(390, 844);
                Thread.sleep(1500);
                assertThat(browser.evaluate("document.documentElement.scrollWidth")
                                .asInt())
                        .as("width of the page on a phone")
                        .isLessThanOrEqualTo(390);
                browser.screenshot(PICTURES.resolve("console-phone.jpg"));

                browser.evaluate("location.hash = '#/service'");
                browser.resize(1280, 1330);
                awaitTrue(browser, "document.body.textContent.includes('tra-small')");
                awaitTrue(browser, "document.querySelector('.letters details') !== null");
                browser.evaluate("document.querySelector('.letters details').open = true");
                awaitTrue(browser, "document.querySelector('.letters pre')?.textContent.includes('000000')");
                Thread.sleep(3000);
                browser.screenshot(PICTURES.resolve("console-service.jpg"));

                browser.evaluate("location.hash = '#/cameras/camera-1'");
                browser.resize(1280, 1000);
                awaitTrue(browser, "/[0-9]+/.test(document.querySelector('canvas')?.dataset.sequence ?? '')");
                browser.evaluate("document.querySelector('#draw-zone').click()");
                for (double[] corner : ZONE) {
                    browser.clickInside(".shapes", corner[0], corner[1]);
                }
                browser.press("Enter", 13);
                browser.evaluate("document.querySelector('#save').click()");
                awaitTrue(browser, "document.querySelector('[role=alert]').textContent.startsWith('Saved')");
                browser.screenshot(PICTURES.resolve("console-zone.jpg"));

                browser.evaluate("location.hash = '#/cameras'");
                browser.resize(1280, 500);
                awaitTrue(browser, "document.querySelector('[data-camera=\"camera-1\"]') !== null");
                Thread.sleep(1500);
                browser.screenshot(PICTURES.resolve("console-cameras.jpg"));
            }
        }
    }

    @Test
    void streetVideoShouldFillTheWall() throws Exception {
        assumeTrue(Files.exists(SHIPPED_DETECTOR), "no model packages are shipped yet");
        assumeTrue(Files.exists(Places.STREET_VIDEO), "there is no " + Places.STREET_VIDEO);
        int port = LoopbackPort.anyFree();
        try (VigilProcess demo = VigilProcess.start(
                directory, "demo", "--port", Integer.toString(port), "--input", Places.STREET_VIDEO.toString())) {
            try (Chromium browser = Chromium.open(directory, url(demo) + "/#/camera/camera-1")) {
                browser.resize(1280, 900);
                awaitBoxes(browser, ".stage canvas");
                Thread.sleep(20_000);
                awaitBoxes(browser, ".stage canvas");
                browser.screenshot(PICTURES.resolve("console-street.jpg"));
            }
        }
    }

    private static String url(VigilProcess demo) throws Exception {
        return demo.awaitLine("watch http", LIMIT).replaceAll("watch (\\S+);.*", "$1");
    }

    private static void awaitBoxes(Chromium browser, String canvas) {
        awaitTrue(browser, "(document.querySelector(\"%s\")?.dataset.boxes ?? '[]') !== '[]'".formatted(canvas));
    }

    private static void awaitTrue(Chromium browser, String condition) {
        await(condition).atMost(LIMIT).pollInterval(Duration.ofMillis(200)).until(() -> browser.evaluate(condition)
                .asBoolean());
    }

    /** A frame of camera-1 whose picture ends early, which becomes a dead letter. */
    private static void publishBrokenFrame(VigilProcess demo) throws Exception {
        String bootstrap = demo.awaitLine("broker ready on ", LIMIT).replace("broker ready on ", "");
        Topics topics = Topics.standard();
        byte[] jpeg = Pictures.cut(Pictures.jpeg(320, 180, new Color(40, 120, 90)), 0.6);
        Frame frame = new Frame(
                "camera-1",
                1L,
                0L,
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                320,
                180,
                FrameEncoding.JPEG,
                ByteBuffer.wrap(jpeg),
                null);
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topics.frames().name(),
                            "camera-1",
                            topics.frames().values().toBytes(frame)))
                    .get();
        }
    }
}
