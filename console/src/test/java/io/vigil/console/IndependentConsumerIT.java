package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.registry.RegistryRoutes;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.FrameLog;
import io.vigil.console.testing.Places;
import io.vigil.console.testing.TestService;
import io.vigil.console.web.LivePage;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is none of ours reads the results with nothing but the published schema, or the registry's address. */
class IndependentConsumerIT {

    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Path EXAMPLES = Places.HOME.resolve("docs/examples");
    private static final Path SCHEMA =
            Places.HOME.resolve("schemas/src/main/resources/io/vigil/schema/released/Detections-v2.avsc");
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    private Path directory;

    @Test
    void schemaShouldBeEnoughToReadEveryDetection() throws Exception {
        assumeInstalled("confluent_kafka, avro");
        assertReadsEveryDetection(
                List.of(EXAMPLES.resolve("read_detections.py").toString(), "--schema", SCHEMA.toString()));
    }

    @Test
    void registryShouldBeEnoughToReadEveryDetection() throws Exception {
        assumeInstalled("confluent_kafka.schema_registry, avro");
        try (LivePage page = LivePage.open(LivePage.ANY_PORT, List.of(new RegistryRoutes(Topics.standard())))) {
            assertReadsEveryDetection(List.of(
                    EXAMPLES.resolve("read_with_registry.py").toString(), "--registry", page.url() + "/registry"));
        }
    }

    private void assertReadsEveryDetection(List<String> example) throws Exception {
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            // Given:
            Topics topics = TestService.topics(broker, "vigil.", 2);
            FrameLog log = FrameLog.of(topics.frames(), List.of("gate", "yard"), 40, Instant.now());
            log.publish(broker.bootstrap(), topics.frames());
            try (ServiceHost service = TestService.start(broker, topics, "independent", directory);
                    CommittedResults results = new CommittedResults(broker.bootstrap(), topics)) {
                results.awaitOutcomes(log.entries().size(), LIMIT);
                List<Detections> gate = results.detections("gate");
                int count = gate.size() + results.detections("yard").size();

                // When:
                List<String> command = new ArrayList<>(List.of(PYTHON.toString()));
                command.addAll(example);
                command.addAll(List.of("--bootstrap", broker.bootstrap(), "--max", Integer.toString(count)));
                int status = run(command);

                // Then:
                assertThat(status).as(Files.readString(output())).isZero();
                List<JsonNode> read = Files.readAllLines(output()).stream()
                        .map(IndependentConsumerIT::parse)
                        .filter(line -> line.get("camera_id").asText().equals("gate"))
                        .toList();
                assertThat(read).hasSameSizeAs(gate);
                for (int i = 0; i < read.size(); i++) {
                    assertSame(read.get(i), gate.get(i));
                }
            }
        }
    }

    private void assumeInstalled(String modules) throws Exception {
        assumeTrue(
                Files.isExecutable(PYTHON) && run(List.of(PYTHON.toString(), "-c", "import " + modules)) == 0,
                modules + " for /usr/bin/python3 are not installed");
    }

    private static void assertSame(JsonNode read, Detections written) {
        assertThat(read.get("sequence").asLong()).isEqualTo(written.getSequence());
        assertThat(read.get("epoch").asLong()).isEqualTo(written.getEpoch());
        assertThat(read.get("boxes")).hasSameSizeAs(written.getBoxes());
        assertThat((float) read.get("boxes").get(0).get("w").asDouble())
                .isEqualTo(written.getBoxes().get(0).getW());
        assertThat(read.get("boxes").get(0).get("label").asText())
                .isEqualTo(written.getBoxes().get(0).getLabel());
    }

    private int run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output().toFile())
                .start();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(
                    "%s did not end:%n%s".formatted(String.join(" ", command), Files.readString(output())));
        }
        return process.exitValue();
    }

    private Path output() {
        return directory.resolve("output");
    }

    private static JsonNode parse(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }
}
