package io.vigil.console.why;

import static io.vigil.console.why.AnalysedClip.CAMERA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.observe.MetricsConfig;
import io.vigil.console.observe.MetricsEndpoint;
import io.vigil.console.observe.ProcessMetrics;
import io.vigil.console.observe.Readiness;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.Chromium;
import io.vigil.console.testing.Places;
import io.vigil.console.web.Console;
import io.vigil.console.web.ConsoleAddress;
import io.vigil.console.web.ConsoleSource;
import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.streams.explain.Explainer;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an explanation reaches who asks for it: in this process, from a service elsewhere, and on the page. */
class WhyPageIT {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Path PICTURES = System.getProperty("vigil.update-docs") == null
            ? Places.MODULE.resolve("target")
            : Places.HOME.resolve("docs/images");

    @TempDir
    private static Path directory;

    private static AnalysedClip clip;
    private static Explainer explainer;

    @BeforeAll
    static void analyseTheClip() {
        clip = AnalysedClip.analyse(directory);
        explainer = ServiceHost.explainer(clip.config(), clip.topics()).orElseThrow();
    }

    @AfterAll
    static void stop() {
        explainer.close();
        clip.close();
    }

    @Test
    void aServiceElsewhereShouldAnswerAsThisOne() throws Exception {
        Readiness readiness = new Readiness("nothing");
        Detections known = clip.withBoxes().findFirst().orElseThrow();
        try (ProcessMetrics metrics = ProcessMetrics.start(readiness);
                MetricsEndpoint service = MetricsEndpoint.open(
                        MetricsConfig.loopback(0), metrics, readiness, List.of(WhyRoutes.ofService(explainer)));
                WhyPage asking =
                        WhyPage.askingService(URI.create(service.url()), Cluster.at(clip.bootstrap()), clip.topics());
                WhyPage direct = WhyPage.of(explainer, Cluster.at(clip.bootstrap()), clip.topics());
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
        Detections found = clip.withBoxes()
                .filter(some -> some.getSupportSequences().size() >= 3)
                .max(Comparator.comparingDouble(some -> interest(some.getBoxes().get(0))))
                .orElseThrow();
        Actions seen = clip.actions().stream()
                .max(Comparator.comparingDouble(some -> some.getScores().get(0).getScore()))
                .orElseThrow();
        try (WhyPage why = WhyPage.of(explainer, Cluster.at(clip.bootstrap()), clip.topics());
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

    private static Console console(WhyPage why) {
        return Console.open(
                ConsoleAddress.loopback(ConsoleAddress.ANY_PORT),
                new ConsoleSource(Cluster.at(clip.bootstrap()), clip.topics(), "why", List.of()),
                List.of(why));
    }

    /** Large and sure: there is something to see. */
    private static double interest(Box box) {
        return box.getScore() * Math.sqrt(box.getW() * box.getH());
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
