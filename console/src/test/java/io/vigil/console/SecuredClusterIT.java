package io.vigil.console;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.broker.SecuredBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.testing.ResultFixture;
import io.vigil.console.testing.VigilProcess;
import io.vigil.console.topics.TopicAdmin;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands on a cluster that asks for a login, with --command-config. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredClusterIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path directory;

    private final Topics topics = Topics.standard();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Instant begin = Instant.now().truncatedTo(ChronoUnit.MICROS);
    private SecuredBroker broker;
    private Producer<byte[], byte[]> producer;

    @BeforeAll
    void start() {
        broker = SecuredBroker.start(directory.resolve("broker"));
        try (TopicAdmin admin = TopicAdmin.connect(broker.cluster())) {
            admin.create(topics.all().stream()
                    .map(topic -> topic.definition(2, (short) 1))
                    .toList());
        }
        producer = broker.cluster().producer(Map.of());
    }

    @AfterAll
    void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void consoleShouldReadAndWriteWhateverItDoesElsewhere() throws Exception {
        // Given: a frame with its detections, and a dead letter
        publishFrame(0);
        publish(
                topics.deadLetters(),
                "gate",
                DeadLetter.newBuilder(ResultFixture.deadLetter())
                        .setPartition(0)
                        .setValue(ByteBuffer.wrap("no frame".getBytes(UTF_8)))
                        .build(),
                begin);

        try (VigilProcess console = VigilProcess.start(
                directory,
                "console",
                "--bootstrap",
                broker.cluster().bootstrap(),
                "--command-config",
                settings(broker.cluster()),
                "--service-url",
                "http://localhost:1",
                "--port",
                "0")) {
            String url = console.awaitLine("console on ", LIMIT).replaceFirst(".*console on ", "");

            // Then: results and pictures of the past
            String past = url + "/api/history/gate/";
            String time = "time_us=" + micros(begin);
            await().atMost(LIMIT).until(() -> get(past + "frame?" + time).statusCode() == 200);
            JsonNode frame = JSON.readTree(get(past + "frame?" + time).body());
            assertThat(frame.at("/boxes/0/label").asText()).isEqualTo("person");
            byte[] picture = bytes(frame(0));
            assertThat(get(past + "picture?epoch=1&sequence=0&" + time).body()).isEqualTo(picture);
            assertThat(get(url + "/api/why/frames/gate/0").body()).isEqualTo(picture);

            // And: live pictures
            Queue<String> pictures = new ConcurrentLinkedQueue<>();
            WebSocket page = watch(url, pictures);
            for (long sequence = 1; pictures.isEmpty() && sequence < 200; sequence++) {
                publishFrame(sequence);
                Thread.sleep(100);
            }
            assertThat(pictures.poll()).contains("\"camera\":\"gate\"", "person");
            page.abort();

            // And: the stream of scene descriptions
            try (InputStream scenes = http.send(request(url + "/onvif/metadata/gate"), BodyHandlers.ofInputStream())
                    .body()) {
                assertThat(scenes.read()).isEqualTo('\n');
            }

            // And: the lag of the service, and the dead letter sent again
            assertThat(JSON.readTree(get(url + "/api/service").body()).at("/group/partitions"))
                    .hasSize(2);
            JsonNode letter =
                    JSON.readTree(get(url + "/api/dead-letters").body()).get(0);
            HttpResponse<byte[]> sent = http.send(
                    HttpRequest.newBuilder(URI.create("%s/api/dead-letters/%d/%d/redrive"
                                    .formatted(
                                            url,
                                            letter.get("partition").asInt(),
                                            letter.get("offset").asLong())))
                            .POST(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(JSON.readTree(sent.body()).at("/topic").asText())
                    .isEqualTo(topics.frames().name());

            // And: a camera written and read back
            HttpResponse<byte[]> put = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/api/cameras/gate"))
                            .PUT(BodyPublishers.ofString("{\"source\": \"testpattern:\"}"))
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(put.statusCode()).isEqualTo(200);
            assertThat(get(url + "/api/cameras/gate").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"console", "topics list", "export --from 1m --out out.jsonl"})
    void wrongPasswordShouldBeRefusedInASentence(String command) throws Exception {
        Cluster stranger = broker.cluster("guessed");
        String line = "%s --bootstrap %s --command-config %s".formatted(command, stranger, settings(stranger));

        try (VigilProcess process = VigilProcess.start(directory, line.split(" "))) {
            assertThat(process.awaitExit(LIMIT)).isEqualTo(3);
            assertThat(process.output())
                    .contains("Authentication failed: Invalid username or password")
                    .doesNotContain("unexpected error", "guessed");
        }
    }

    private Frame frame(long sequence) {
        return Frame.newBuilder(ResultFixture.frame("gate", 1, sequence))
                .setCaptureTime(captured(sequence))
                .build();
    }

    private Instant captured(long sequence) {
        return begin.plusMillis(sequence);
    }

    private void publishFrame(long sequence) throws Exception {
        publish(topics.frames(), "gate", frame(sequence), captured(sequence));
        publish(
                topics.detections(),
                "gate",
                Detections.newBuilder(ResultFixture.detections("gate", 1, sequence, "person"))
                        .setCaptureTime(captured(sequence))
                        .build(),
                captured(sequence));
    }

    private <T extends SpecificRecord> void publish(Topic<T> topic, String key, T value, Instant time)
            throws Exception {
        producer.send(new ProducerRecord<>(
                        topic.name(),
                        null,
                        time.toEpochMilli(),
                        key.getBytes(UTF_8),
                        topic.values().toBytes(value)))
                .get();
    }

    private WebSocket watch(String url, Queue<String> pictures) {
        WebSocket page = http.newWebSocketBuilder()
                .buildAsync(URI.create(url.replace("http", "ws") + "/live"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
                        pictures.add(ISO_8859_1.decode(data).toString());
                        socket.request(1);
                        return null;
                    }
                })
                .join();
        page.sendText("{\"watch\": \"all\"}", true).join();
        return page;
    }

    private HttpResponse<byte[]> get(String url) throws IOException, InterruptedException {
        return http.send(request(url), BodyHandlers.ofByteArray());
    }

    private static HttpRequest request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).build();
    }

    /** The file that --command-config takes. */
    private static String settings(Cluster cluster) throws IOException {
        Properties properties = new Properties();
        properties.putAll(cluster.clientSettings());
        Path file = Files.createTempFile(directory, "client-", ".properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        return file.toString();
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static byte[] bytes(Frame frame) {
        return frame.getImage().array();
    }
}
