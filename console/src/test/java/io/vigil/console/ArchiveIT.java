package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigil.console.testing.BrokerProcess;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.InstalledVigil;
import io.vigil.console.testing.Places;
import io.vigil.console.testing.Scrape;
import io.vigil.console.testing.VigilProcess;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution archive, run as a container would run it, against a broker that somebody else started. */
class ArchiveIT {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration RUN_LIMIT = Duration.ofSeconds(180);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final int CAMERAS = 8;
    private static final int FRAMES_PER_CAMERA = 120;
    private static final List<String> NAMES =
            IntStream.range(0, CAMERAS).mapToObj(i -> "camera-" + i).toList();

    /** A busy machine must not make the ingest give frames up. */
    private static final String PATIENT = """
            ingest { queue-frames = 1000, flush-timeout = 2 m }
            kafka { request.timeout.ms = 60000, delivery.timeout.ms = 180000 }
            """;

    @TempDir
    private Path directory;

    @Test
    void survivorShouldTakeOverTheCamerasOfAKilledInstanceWithTheirSupportFrames() throws Exception {
        try (InstalledVigil vigil = InstalledVigil.unpack();
                BrokerProcess broker = BrokerProcess.start(directory)) {
            // Given: two instances that share eight cameras
            String bootstrap = broker.bootstrap();
            try (VigilProcess create = vigil.start("topics", "create", "--bootstrap", bootstrap, "--partitions", "8")) {
                assertThat(create.awaitExit(START_LIMIT)).as(create.output()).isZero();
            }
            try (CommittedResults results = new CommittedResults(bootstrap, Topics.standard());
                    VigilProcess first = serve(vigil, bootstrap, "first");
                    VigilProcess second = serve(vigil, bootstrap, "second")) {
                Scrape firstMetrics = Scrape.of(first, START_LIMIT);
                Scrape secondMetrics = Scrape.of(second, START_LIMIT);
                await().atMost(START_LIMIT).until(() -> firstMetrics.isReady() && secondMetrics.isReady());
                try (VigilProcess ingest = ingest(vigil, bootstrap)) {
                    await().atMost(RUN_LIMIT)
                            .until(() -> firstMetrics.sum("vigil_frames_analysed_total") > 20
                                    && secondMetrics.sum("vigil_frames_analysed_total") > 20);

                    // When:
                    second.kill();

                    // Then: every published frame comes to one outcome
                    assertThat(ingest.awaitExit(RUN_LIMIT)).as(ingest.output()).isZero();
                    int published = published(ingest.output());
                    assertThat(published).as(ingest.output()).isEqualTo(CAMERAS * FRAMES_PER_CAMERA);
                    results.awaitOutcomes(published, RUN_LIMIT);
                    results.linger(Duration.ofSeconds(2));
                    assertThat(results.outcomes()).isEqualTo(published);
                    assertThat(results.deadLetters()).isEmpty();
                }
                // And: nobody's window was lost
                for (String camera : NAMES) {
                    List<Detections> found = results.detections(camera);
                    assertThat(found).extracting(Detections::getSequence).doesNotHaveDuplicates();
                    assertThat(found.get(found.size() - 1).getSequence()).isEqualTo(FRAMES_PER_CAMERA - 1);
                    assertThat(found.stream().skip(1))
                            .as("every frame after the first has support frames")
                            .noneMatch(detections ->
                                    detections.getSupportSequences().isEmpty());
                }

                // And: the survivor ends cleanly
                assertEndsWhenTerminated(first);
            }
        }
    }

    @Test
    void shippedModelsAndConfigurationShouldServe() throws Exception {
        try (InstalledVigil vigil = InstalledVigil.unpack();
                BrokerProcess broker = BrokerProcess.start(directory)) {
            String bootstrap = broker.bootstrap();
            try (VigilProcess service = vigil.start(
                    "serve",
                    "--config",
                    vigil.home().resolve("conf/service.conf").toString(),
                    "--state-dir",
                    vigil.work().resolve("state").toString(),
                    "--metrics-port",
                    "0",
                    "--bootstrap",
                    bootstrap)) {
                service.awaitLine("service ready", START_LIMIT);
                assertThat(Scrape.of(service, START_LIMIT).text()).contains("name=\"tra-small\"", "name=\"tam-small\"");

                assertEndsWhenTerminated(service);
            }
        }
    }

    private static void assertEndsWhenTerminated(VigilProcess process) throws InterruptedException {
        long asked = System.nanoTime();
        process.terminate();
        assertThat(process.awaitExit(RUN_LIMIT)).as(process.output()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(STOP_LIMIT);
    }

    private static VigilProcess serve(InstalledVigil vigil, String bootstrap, String instance) throws Exception {
        return vigil.start(
                "serve",
                "--bootstrap",
                bootstrap,
                "--state-dir",
                vigil.work().resolve("state-" + instance).toString(),
                "--detector",
                vigil.give(Places.TEST_DETECTOR).toString(),
                "--recognizer",
                vigil.give(Places.TEST_RECOGNIZER).toString(),
                "--metrics-port",
                "0");
    }

    private static VigilProcess ingest(InstalledVigil vigil, String bootstrap) throws Exception {
        Path config = vigil.work().resolve("cameras.conf");
        Files.writeString(
                config,
                NAMES.stream()
                        .map(name -> "{ id = %s, source = \"testpattern:width=320,height=240,rate=3,frames=%d\" }"
                                .formatted(name, FRAMES_PER_CAMERA))
                        .collect(Collectors.joining("\n", "cameras = [\n", "\n]\n" + PATIENT)));
        return vigil.start("ingest", "--bootstrap", bootstrap, "--config", config.toString());
    }

    /** What the ingest says in its last account. */
    private static int published(String output) {
        List<String> lines =
                output.lines().filter(line -> line.contains(" published + ")).toList();
        return Pattern.compile("captured = ([0-9]+) published \\+ [0-9]+ dropped \\+ 0 under way")
                .matcher(String.join("\n", lines.subList(lines.size() - CAMERAS, lines.size())))
                .results()
                .mapToInt(line -> Integer.parseInt(line.group(1)))
                .sum();
    }
}
