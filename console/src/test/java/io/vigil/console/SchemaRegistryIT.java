package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.process.ExitCode;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.Apicurio;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.DetectionsLog;
import io.vigil.console.testing.FrameLog;
import io.vigil.console.testing.ResultFixture;
import io.vigil.console.testing.TestService;
import io.vigil.console.testing.VigilProcess;
import io.vigil.schema.Detections;
import io.vigil.schema.registry.RegistrySchemaIds;
import io.vigil.schema.registry.RegistrySettings;
import io.vigil.schema.topic.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Schema ids from a registry that is none of ours. */
@TestInstance(Lifecycle.PER_CLASS)
class SchemaRegistryIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    private static Path directory;

    private Apicurio registry;

    @BeforeAll
    void start() throws Exception {
        assumeTrue(Apicurio.isInstalled(), Apicurio.howToInstall());
        registry = Apicurio.start(directory.resolve("apicurio"));
    }

    @AfterAll
    void stop() throws Exception {
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void resultsShouldHaveTheRegistrysIdsAndBeReadByWhoeverAsksIt() throws Exception {
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            Topics topics = TestService.topics(broker, Topics.withPrefix("mine.", ids()), 2);
            FrameLog log = FrameLog.of(topics.frames(), List.of("gate", "yard"), 20, Instant.now());
            log.publish(broker.bootstrap(), topics.frames());
            try (ServiceHost service = TestService.start(broker, topics, "registry", directory);
                    CommittedResults results =
                            new CommittedResults(broker.bootstrap(), Topics.withPrefix("mine.", ids()))) {
                results.awaitOutcomes(log.entries().size(), LIMIT);

                List<Detections> gate = results.detections("gate");
                assertThat(gate).isNotEmpty();
                byte[] bytes = topics.detections().values().toBytes(gate.get(0));
                assertThat(ByteBuffer.wrap(bytes).getInt(1))
                        .isEqualTo(new ObjectMapper()
                                .readTree(registry.get("/subjects/mine.detections-value/versions/latest"))
                                .get("id")
                                .asInt());
            }
        }
    }

    @Test
    void consoleShouldReadWhatHasTheRegistrysIds() throws Exception {
        Path own = Files.createDirectories(directory.resolve("console"));
        try (EmbeddedBroker broker = TestService.broker(own)) {
            // Given: a result whose id is none of the built-in ones for its schema
            Topics topics = TestService.topics(broker, Topics.withPrefix("seen.", ids()), 1);
            Detections found = ResultFixture.detections("gate", 1, 0, "person");
            assertThat(topics.detections().values().toBytes(found))
                    .isNotEqualTo(Topics.standard().detections().values().toBytes(found));
            new DetectionsLog(broker.bootstrap(), topics.detections()).publish(List.of(found));

            // When:
            try (VigilProcess console = VigilProcess.start(
                    own,
                    Map.of("VIGIL_SCHEMA_REGISTRY_URL", registry.url()),
                    "console",
                    "--bootstrap",
                    broker.bootstrap(),
                    "--topic-prefix",
                    "seen.",
                    "--port",
                    "0")) {
                String url = console.awaitLine("console on ", LIMIT).replaceFirst(".*console on ", "");

                // Then:
                URI frame = URI.create("%s/api/history/gate/frame?time_us=%d"
                        .formatted(url, ChronoUnit.MICROS.between(Instant.EPOCH, found.getCaptureTime())));
                HttpClient http = HttpClient.newHttpClient();
                await().atMost(LIMIT).untilAsserted(() -> assertThat(
                                http.send(HttpRequest.newBuilder(frame).build(), BodyHandlers.ofString())
                                        .body())
                        .contains("person"));
            }
        }
    }

    @Test
    void schemaThatTheRegistryRefusesShouldEndTheStart() throws Exception {
        ObjectMapper json = new ObjectMapper();
        String other = "{\"type\":\"record\",\"name\":\"Frame\",\"namespace\":\"io.vigil.schema\","
                + "\"fields\":[{\"name\":\"colour\",\"type\":\"string\"}]}";
        registry.send(
                "POST", "/subjects/other.frames-value/versions", json.writeValueAsString(Map.of("schema", other)));
        registry.send("PUT", "/config/other.frames-value", "{\"compatibility\":\"FULL\"}");
        Path config = directory.resolve("service.conf");
        Files.writeString(config, "schema-registry.url = \"%s\"".formatted(registry.url()));

        try (VigilProcess serve =
                VigilProcess.start(directory, "serve", "--config", config.toString(), "--topic-prefix", "other.")) {
            assertThat(serve.awaitExit(LIMIT)).isEqualTo(ExitCode.USAGE.code());
            assertThat(serve.output())
                    .contains("refuses io.vigil.schema.Frame under other.frames-value: 409")
                    .contains("RuleViolationException");
        }
    }

    private RegistrySchemaIds ids() {
        return RegistrySchemaIds.of(
                RegistrySettings.of(registry.url(), Optional.empty(), Duration.ofSeconds(20)), InstantSource.system());
    }
}
