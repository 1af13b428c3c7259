package io.vigil.console.onvif;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.testing.DetectionsLog;
import io.vigil.console.testing.ResultFixture;
import io.vigil.console.testing.TestService;
import io.vigil.console.web.ConsoleAddress;
import io.vigil.console.web.ConsoleServer;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.Topics;
import io.vigil.sinks.onvif.SceneXml;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scene descriptions over real HTTP, from a real broker. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class MetadataStreamIT {

    private static final String[] MANY = Collections.nCopies(60, "person").toArray(String[]::new);

    @TempDir
    private static Path directory;

    private final MetadataRoutes routes = new MetadataRoutes();
    private final HttpClient http = HttpClient.newHttpClient();
    private EmbeddedBroker broker;
    private Topics topics;
    private ConsoleServer page;

    @BeforeAll
    void start() {
        broker = TestService.broker(directory);
        topics = TestService.topics(broker, "vigil.", 2);
        page = ConsoleServer.start(ConsoleAddress.loopback(ConsoleAddress.ANY_PORT), List.of(routes));
        routes.follow(Cluster.at(broker.bootstrap()), topics);
    }

    @AfterAll
    void stop() {
        page.close();
        routes.close();
        broker.close();
    }

    @Test
    void streamShouldHaveADocumentPerCommittedResultOfItsCamera() throws Exception {
        try (BufferedReader stream = open("gate")) {
            DetectionsLog log = new DetectionsLog(broker.bootstrap(), topics.detections());
            log.publishAborted(found(1_000, 3));
            log.publish(found(0, 5));

            List<String> documents = new ArrayList<>();
            while (documents.size() < 5) {
                documents.add(nextDocument(stream));
            }
            for (int i = 0; i < 5; i++) {
                assertThat(documents.get(i))
                        .contains("Source=\"gate\"", "UtcTime=\"%s\"".formatted(ResultFixture.captured(i)));
                validate(documents.get(i));
            }
        }
    }

    @Test
    void stalledReaderShouldLoseTheOldestDocuments() throws Exception {
        int published = 8_000;
        try (BufferedReader stream = open("yard")) {
            for (int i = 0; i < published; i++) {
                routes.publish(ResultFixture.detections("yard", 1, i, MANY));
            }

            String newest = "UtcTime=\"%s\"".formatted(ResultFixture.captured(published - 1));
            int read = 1;
            while (!nextDocument(stream).contains(newest)) {
                read++;
            }
            assertThat(read).isGreaterThanOrEqualTo(MetadataReader.CAPACITY).isLessThan(published);
        }
    }

    @Test
    void whatIsNoCameraShouldBeRefused() throws Exception {
        assertThat(get(page, "a%20b").statusCode()).isEqualTo(400);
    }

    @Test
    void streamWithoutKafkaShouldAskToComeAgain() throws Exception {
        try (MetadataRoutes early = new MetadataRoutes();
                ConsoleServer other =
                        ConsoleServer.start(ConsoleAddress.loopback(ConsoleAddress.ANY_PORT), List.of(early))) {
            assertThat(get(other, "gate").statusCode()).isEqualTo(503);
        }
    }

    private BufferedReader open(String camera) throws Exception {
        HttpResponse<InputStream> answer = get(page, camera);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/xml");
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private HttpResponse<InputStream> get(ConsoleServer from, String camera) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(from.url() + "/onvif/metadata/" + camera))
                        .build(),
                BodyHandlers.ofInputStream());
    }

    private static String nextDocument(BufferedReader stream) throws IOException {
        String line = stream.readLine();
        while (line != null && line.isEmpty()) {
            line = stream.readLine();
        }
        assertThat(line).as("the stream has ended").isNotNull();
        return line;
    }

    private static void validate(String document) throws Exception {
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(SceneXml.class.getResource("scene.xsd"))
                .newValidator()
                .validate(new StreamSource(new StringReader(document)));
    }

    private static List<Detections> found(long first, int count) {
        return LongStream.range(first, first + count)
                .boxed()
                .flatMap(sequence -> Stream.of("gate", "yard")
                        .map(camera -> ResultFixture.detections(camera, 1, sequence, "person", "car")))
                .toList();
    }
}
