package io.vigil.console.why;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.observe.MetricsConfig;
import io.vigil.console.observe.MetricsEndpoint;
import io.vigil.console.observe.ProcessMetrics;
import io.vigil.console.observe.Readiness;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.Chromium;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.Places;
import io.vigil.console.testing.TestService;
import io.vigil.console.web.Console;
import io.vigil.console.web.ConsoleAddress;
import io.vigil.console.web.ConsoleSource;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.capture.Backpressure;
import io.vigil.schema.ActionScore;
import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.detection.SimilarPoint;
import io.vigil.streams.explain.CameraLog;
import io.vigil.streams.explain.ExplainedAction;
import io.vigil.streams.explain.ExplainedDetection;
import io.vigil.streams.explain.Explainer;
import io.vigil.streams.explain.LoggedFrame;
import io.vigil.streams.explain.NoAnswerException;
import io.vigil.streams.explain.NoAnswerException.Reason;
import io.vigil.streams.recognition.Action;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions about what the shipped models found in the bundled clip, put to a real log. */
class WhyIT {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String CAMERA = "gate";
    private static final int ANALYSED = 80;
    private static final Path PICTURES = System.getProperty("vigil.update-docs") == null
            ? Places.MODULE.resolve("target")
            : Places.HOME.resolve("docs/images");

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;
    private static Topics topics;
    private static List<Detections> detections;
    private static List<Actions> actions;
    private static Explainer explainer;

    @BeforeAll
    static void analyseTheBundledClip() {
        broker = TestService.broker(directory);
        topics = TestService.topics(broker, "why.", 2);
        CameraConfig camera = CameraConfig.of(
                        new CameraId(CAMERA),
                        SourceUri.parse(
                                Places.HOME.resolve("models/assets/demo.mp4").toString()))
                .withPacing(Pacing.UNPACED);
        try (ServiceHost service = ServiceHost.start(config(), topics, new SimpleMeterRegistry());
                Ingest ingest = Ingest.start(
                        IngestConfig.of(List.of(camera), broker.bootstrap()),
                        topics.frames(),
                        Backpressure.none(),
                        new SimpleMeterRegistry());
                CommittedResults results = new CommittedResults(broker.bootstrap(), topics)) {
            results.awaitOutcomes(ANALYSED, LIMIT);
            detections = results.detections(CAMERA);
            actions = results.actions(CAMERA);
        }
        explainer = ServiceHost.explainer(config(), topics).orElseThrow();
    }

    @AfterAll
    static void stop() {
        explainer.close();
        broker.close();
    }

    @Test
    void theExplainedDetectionShouldBeThePublishedOne() throws Exception {
        List<Detections> some =
                withBoxes().filter(found -> found.getSequence() % 7 == 0).toList();
        assertThat(some).hasSizeGreaterThan(2);
        for (Detections published : some) {
            Box box = published.getBoxes().get(0);
            ExplainedDetection why = explainer
                    .detection(CAMERA, published.getEpoch(), published.getSequence(), 0)
                    .get();

            assertThat(why.label()).isEqualTo(box.getLabel());
            assertThat(why.score()).isCloseTo(box.getScore(), within(1e-3f));
            assertThat(why.box().x1()).isCloseTo(box.getX(), within(1e-3f));
            assertThat(why.box().y1()).isCloseTo(box.getY(), within(1e-3f));
            assertThat(why.box().width()).isCloseTo(box.getW(), within(1e-3f));
            assertThat(why.box().height()).isCloseTo(box.getH(), within(1e-3f));
            assertThat(why.supports())
                    .extracting(support -> support.frame().sequence())
                    .isEqualTo(
                            Stream.concat(published.getSupportSequences().stream(), Stream.of(published.getSequence()))
                                    .toList());
            weightsShouldSumToOne(why);
            pointsShouldLieInThePicture(why);
        }
    }

    @Test
    void theExplainedActionShouldBeThePublishedOne() throws Exception {
        assertThat(actions).isNotEmpty();
        for (Actions published : actions.subList(0, Math.min(3, actions.size()))) {
            ExplainedAction why = explainer
                    .action(CAMERA, published.getEpoch(), published.getEndTime())
                    .get();

            for (int i = 0; i < published.getScores().size(); i++) {
                ActionScore score = published.getScores().get(i);
                Action again = why.actions().get(i);
                assertThat(again.label()).isEqualTo(score.getLabel());
                assertThat(again.score()).isCloseTo(score.getScore(), within(1e-3f));
            }
            assertThat(why.frames()).extracting(LoggedFrame::sequence).isEqualTo(published.getSequences());
            assertThat(why.blocks()).hasSizeGreaterThan(1).allSatisfy(block -> {
                assertThat(block.importance())
                        .hasSize(why.frames().size())
                        .allMatch(importance -> importance > 0 && importance < 1);
                assertThat(sum(block.kernel())).isCloseTo(1, within(1e-4));
                assertThat(block.kernels())
                        .allSatisfy(taps -> assertThat(sum(taps)).isCloseTo(1, within(1e-4)));
            });
        }
    }

    @Test
    void whatIsNotThereShouldBeRefusedWithASentence() {
        Detections known = withBoxes().findFirst().orElseThrow();

        refused(
                explainer.detection(CAMERA, known.getEpoch(), 1_000_000, 0),
                Reason.NOT_FOUND,
                "frame 1000000 of camera gate");
        refused(explainer.detection("yard", known.getEpoch(), 0, 0), Reason.NOT_FOUND, "camera yard");
        refused(
                explainer.detection(CAMERA, known.getEpoch(), known.getSequence(), 99),
                Reason.NOT_FOUND,
                "none with the number 99");
        refused(
                explainer.action(CAMERA, 1, known.getCaptureTime()),
                Reason.NOT_FOUND,
                "no clip of camera gate in epoch 1");
    }

    @Test
    void whatKafkaNoLongerHoldsShouldBeSaidToBeGone() throws Exception {
        Topics old = TestService.topics(broker, "old.", 1);
        Detections found = Detections.newBuilder(withBoxes().findFirst().orElseThrow())
                .setSupportSequences(List.of())
                .build();
        Frame frame;
        try (CameraLog log = new CameraLog(topics, Map.of("bootstrap.servers", broker.bootstrap()))) {
            frame = log.frame(CAMERA, found.getEpoch(), found.getSequence(), found.getCaptureTime())
                    .orElseThrow()
                    .value();
        }
        publish(old.frames(), frame, frame.getCaptureTime());
        publish(old.detections(), found, found.getCaptureTime());
        try (Explainer asked = ServiceHost.explainer(config(), old).orElseThrow();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            TopicPartition frames = new TopicPartition(old.frames().name(), 0);
            admin.deleteRecords(Map.of(frames, RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();

            refused(
                    asked.detection(CAMERA, found.getEpoch(), found.getSequence(), 0),
                    Reason.GONE,
                    "frame %d of camera gate is no longer there".formatted(found.getSequence()));
        }
    }

    @Test
    void moreQuestionsThanMayWaitShouldBeRefused() {
        Config impatient = ConfigFactory.parseString("explain.waiting = 0").withFallback(config());
        Detections known = withBoxes().findFirst().orElseThrow();
        try (Explainer asked = ServiceHost.explainer(impatient, topics).orElseThrow()) {
            CompletableFuture<ExplainedDetection> first =
                    asked.detection(CAMERA, known.getEpoch(), known.getSequence(), 0);

            refused(
                    asked.detection(CAMERA, known.getEpoch(), known.getSequence(), 0),
                    Reason.BUSY,
                    "ask again in a moment");
            assertThat(first).succeedsWithin(LIMIT);
        }
    }

    @Test
    void whatAnswersAreMadeWithShouldBeReleasedAfterARest() throws Exception {
        Config resting = ConfigFactory.parseString("application-id = resting, explain.idle = 3 s")
                .withFallback(config());
        ObjectName connection = new ObjectName("kafka.consumer:type=app-info,id=resting-explainer");
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        Detections known = withBoxes().findFirst().orElseThrow();
        try (Explainer asked = ServiceHost.explainer(resting, topics).orElseThrow()) {
            assertThat(beans.isRegistered(connection)).isFalse();
            for (int i = 0; i < 2; i++) {
                assertThat(asked.detection(CAMERA, known.getEpoch(), known.getSequence(), 0))
                        .succeedsWithin(LIMIT);
                assertThat(beans.isRegistered(connection)).isTrue();
                await().atMost(LIMIT).until(() -> !beans.isRegistered(connection));
            }
        }
    }

    @Test
    void aServiceElsewhereShouldAnswerAsThisOne() throws Exception {
        Readiness readiness = new Readiness("nothing");
        Detections known = withBoxes().findFirst().orElseThrow();
        try (ProcessMetrics metrics = ProcessMetrics.start(readiness);
                MetricsEndpoint service = MetricsEndpoint.open(
                        MetricsConfig.loopback(0), metrics, readiness, List.of(WhyRoutes.ofService(explainer)));
                WhyPage asking =
                        WhyPage.askingService(URI.create(service.url()), Cluster.at(broker.bootstrap()), topics);
                WhyPage direct = WhyPage.of(explainer, Cluster.at(broker.bootstrap()), topics);
                Console remote = console(asking);
                Console here = console(direct)) {
            String path = "/api/why/detections/%s/%d/%d/".formatted(CAMERA, known.getEpoch(), known.getSequence());
            JsonNode answer = json(get(remote.url() + path + 0, 200));

            assertThat(answer).isEqualTo(json(get(here.url() + path + 0, 200)));
            assertThat(answer.get("supports"))
                    .hasSize(known.getSupportSequences().size() + 1);
            byte[] picture = HttpClient.newHttpClient()
                    .send(
                            request(remote.url() + "/api/why/frames/gate/"
                                    + answer.get("key").get("offset").asLong()),
                            BodyHandlers.ofByteArray())
                    .body();
            assertThat(picture).startsWith(0xFF, 0xD8).endsWith(0xFF, 0xD9);
            assertThat(get(remote.url() + path + "x", 400).body()).contains("must be a whole number");
            assertThat(get(remote.url() + path + 99, 404).body()).contains("none with the number 99");
        }
    }

    @Test
    void thePageShouldShowWhy() throws Exception {
        Detections found = withBoxes()
                .filter(some -> some.getSupportSequences().size() >= 3)
                .max(Comparator.comparingDouble(some -> interest(some.getBoxes().get(0))))
                .orElseThrow();
        Actions seen = actions.stream()
                .max(Comparator.comparingDouble(some -> some.getScores().get(0).getScore()))
                .orElseThrow();
        try (WhyPage why = WhyPage.of(explainer, Cluster.at(broker.bootstrap()), topics);
                Console console = console(why);
                Chromium browser = Chromium.open(
                        directory,
                        console.url() + "/#/why/%s/%d/%d/0".formatted(CAMERA, found.getEpoch(), found.getSequence()))) {
            browser.resize(1280, 900);
            waitFor(browser, "document.querySelectorAll('.why-strip figure').length > 0");
            assertThat(browser.evaluate("document.querySelector('.why-strip figure').clientWidth")
                            .asInt())
                    .as("width of a support frame, pixels")
                    .isBetween(150, 400);
            waitForPictures(browser);

            double attention = browser.evaluate(
                            "[...document.querySelectorAll('.why [data-attention]')].reduce((sum, figure) => sum + Number(figure.dataset.attention), 0)")
                    .asDouble();
            assertThat(attention).isCloseTo(1, within(1e-4));
            assertThat(browser.evaluate("document.querySelectorAll('.why-strip figure').length")
                            .asInt())
                    .isEqualTo(found.getSupportSequences().size() + 1);
            assertThat(browser.evaluate("document.querySelector('h1').textContent")
                            .asText())
                    .startsWith("Why " + found.getBoxes().get(0).getLabel());
            browser.screenshot(PICTURES.resolve("console-why.jpg"));

            browser.evaluate("location.hash = '#/why-action/%s/%d/%d'"
                    .formatted(CAMERA, seen.getEpoch(), ChronoUnit.MICROS.between(Instant.EPOCH, seen.getEndTime())));
            waitFor(browser, "document.querySelectorAll('.why-importance').length > 0");
            waitForPictures(browser);

            assertThat(browser.evaluate("document.querySelectorAll('.why-frames img').length")
                            .asInt())
                    .isEqualTo(seen.getSequences().size());
            assertThat(browser.evaluate("document.querySelector('h1').textContent")
                            .asText())
                    .startsWith("Why " + seen.getScores().get(0).getLabel());
            browser.screenshot(PICTURES.resolve("console-why-action.jpg"));

            browser.evaluate(
                    "location.hash = '#/why/%s/%d/%d/99'".formatted(CAMERA, found.getEpoch(), found.getSequence()));
            waitFor(browser, "document.querySelector('[role=alert]')?.textContent.includes('none with the number 99')");
        }
        assertThat(Files.size(PICTURES.resolve("console-why.jpg"))).isPositive();
    }

    private static Config config() {
        return ConfigFactory.parseMap(Map.of(
                "application-id", "why",
                "bootstrap-servers", broker.bootstrap(),
                "state-directory", directory.resolve("state").toString(),
                "detection.package",
                        Places.HOME.resolve("models/packages/tra-small").toString(),
                "recognition.package",
                        Places.HOME.resolve("models/packages/tam-small").toString()));
    }

    private static Console console(WhyPage why) {
        return Console.open(
                ConsoleAddress.loopback(ConsoleAddress.ANY_PORT),
                new ConsoleSource(Cluster.at(broker.bootstrap()), topics, "why", List.of()),
                List.of(why));
    }

    private static Stream<Detections> withBoxes() {
        return detections.stream().filter(found -> !found.getBoxes().isEmpty());
    }

    /** Large and sure: there is something to see. */
    private static double interest(Box box) {
        return box.getScore() * Math.sqrt(box.getW() * box.getH());
    }

    private static void weightsShouldSumToOne(ExplainedDetection why) {
        double sum = why.own().mean();
        for (ExplainedDetection.Support support : why.supports()) {
            double ofPoints =
                    support.points().stream().mapToDouble(SimilarPoint::weight).sum();
            assertThat(ofPoints).isCloseTo(support.attention().mean(), within(1e-4));
            assertThat(sum(support.attention().blocks())
                            / support.attention().blocks().size())
                    .isCloseTo(support.attention().mean(), within(1e-4));
            sum += ofPoints;
        }
        assertThat(sum).isCloseTo(1, within(1e-3));
    }

    private static void pointsShouldLieInThePicture(ExplainedDetection why) {
        assertThat(why.supports()).allSatisfy(support -> assertThat(support.points())
                .hasSizeGreaterThanOrEqualTo(why.bins() * why.bins())
                .allMatch(point ->
                        point.x() >= 0 && point.x() <= why.width() && point.y() >= 0 && point.y() <= why.height()));
    }

    private static double sum(List<Float> values) {
        return values.stream().mapToDouble(Float::doubleValue).sum();
    }

    private static void refused(CompletableFuture<?> answer, Reason reason, String sentence) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(answer::get)
                .havingCause()
                .isInstanceOfSatisfying(NoAnswerException.class, refusal -> assertThat(refusal.reason())
                        .as(refusal.sentence())
                        .isEqualTo(reason))
                .withMessageContaining(sentence);
    }

    private static <T extends SpecificRecord> void publish(Topic<T> topic, T value, Instant time) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "max.request.size", topic.maxMessageBytes()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topic.name(),
                            null,
                            time.toEpochMilli(),
                            CAMERA,
                            topic.values().toBytes(value)))
                    .get();
        }
    }

    private static HttpRequest request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).build();
    }

    private static HttpResponse<String> get(String url, int status) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient().send(request(url), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response;
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return new ObjectMapper().readTree(response.body());
    }

    private static void waitFor(Chromium browser, String condition) {
        await().atMost(LIMIT)
                .until(() -> browser.evaluate("!!(" + condition + ")").asBoolean());
    }

    private static void waitForPictures(Chromium browser) throws InterruptedException {
        waitFor(
                browser,
                "performance.getEntriesByType('resource').filter(r => r.name.includes('/api/why/frames/')).length > 0");
        waitFor(browser, "[...document.images].every(image => image.complete)");
        Thread.sleep(1500);
    }
}
