package io.vigil.console.web;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.Chromium;
import io.vigil.console.testing.TestService;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.capture.Backpressure;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The console in a real browser, on a real cluster and two cameras whose pictures say which frame they are. */
final class LiveConsole implements AutoCloseable {

    static final int FRAMES_PER_SECOND = 8;

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private Topics topics;
    private EmbeddedBroker broker;
    private ServiceHost service;
    private Ingest ingest;
    private Console console;
    private Chromium browser;

    void start(Path directory) throws Exception {
        broker = TestService.broker(directory);
        topics = TestService.topics(broker, "page.", 2);
        service = TestService.start(broker, topics, "page", directory);
        ingest = Ingest.start(
                IngestConfig.of(List.of(camera("gate"), camera("yard")), broker.bootstrap()),
                topics.frames(),
                Backpressure.none(),
                new SimpleMeterRegistry());
        console = Console.open(
                ConsoleAddress.loopback(ConsoleAddress.ANY_PORT),
                new ConsoleSource(Cluster.at(broker.bootstrap()), topics, "page", List.of()));
        browser = Chromium.open(directory, console.url());
    }

    String bootstrap() {
        return broker.bootstrap();
    }

    Topics topics() {
        return topics;
    }

    String url() {
        return console.url();
    }

    Chromium browser() {
        return browser;
    }

    /** Shows the wall, with pictures of both cameras. */
    void openTheWall() throws Exception {
        go("#/");
        awaitTrue("document.querySelectorAll('.wall canvas[data-sequence]').length >= 2");
    }

    void go(String hash) throws Exception {
        browser.evaluate("location.hash = '%s'".formatted(hash));
    }

    void awaitTrue(String condition) {
        await(condition).atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> browser.evaluate(condition)
                .asBoolean());
    }

    /** Ends all that was started, even if not everything was. */
    @Override
    public void close() throws Exception {
        for (AutoCloseable part : new AutoCloseable[] {browser, console, ingest, service, broker}) {
            if (part != null) {
                part.close();
            }
        }
    }

    private static CameraConfig camera(String id) {
        return CameraConfig.of(
                new CameraId(id), SourceUri.parse("testpattern:width=640,height=360,rate=" + FRAMES_PER_SECOND));
    }
}
