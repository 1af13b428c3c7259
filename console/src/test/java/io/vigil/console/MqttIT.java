package io.vigil.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.vigil.console.testing.BrokerProcess;
import io.vigil.console.testing.DetectionsLog;
import io.vigil.console.testing.EventLog;
import io.vigil.console.testing.LossyLink;
import io.vigil.console.testing.Mosquitto;
import io.vigil.console.testing.ResultFixture;
import io.vigil.console.testing.VigilProcess;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real MQTT broker that goes away in the middle: every event reaches a subscriber, and Home Assistant finds the camera. */
class MqttIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final List<String> sceneTimes = new CopyOnWriteArrayList<>();
    private final List<String> availability = new CopyOnWriteArrayList<>();
    private final Map<String, String> latest = new ConcurrentHashMap<>();

    @Test
    void everyEventArrivesThroughAnOutage() throws Exception {
        assumeTrue(Mosquitto.isInstalled(), "mosquitto is not installed (Debian: apt-get install mosquitto)");
        try (BrokerProcess kafka = BrokerProcess.start(directory);
                Mosquitto mosquitto = Mosquitto.start(directory.resolve("mosquitto"))) {
            String bootstrap = kafka.bootstrap();
            Mqtt5AsyncClient subscriber = subscribe(mosquitto.port());
            EventLog log = new EventLog(bootstrap);
            try (VigilProcess sink = sink(bootstrap, mosquitto.port(), "prefix = vigil")) {
                log.publish(ids(0, 10));
                await().atMost(LIMIT).untilAsserted(() -> assertThat(arrived()).containsAll(ids(0, 10)));

                mosquitto.stop();
                log.publish(ids(10, 20));
                sink.awaitLine("MQTT broker", LIMIT);
                mosquitto.comeBack();
                log.publish(ids(20, 30));

                await().atMost(LIMIT).untilAsserted(() -> assertThat(arrived()).containsAll(ids(0, 30)));
                assertThat(arrived().stream().distinct()).containsExactlyElementsOf(ids(0, 30));
                assertThat(latest).containsEntry("vigil/available", "online");
                assertThat(announcement().get("state_topic").asText()).isEqualTo("vigil/north/yard/event");
                assertThat(announcement().get("availability_topic").asText()).isEqualTo("vigil/available");
            }
            await().atMost(LIMIT).untilAsserted(() -> assertThat(latest).containsEntry("vigil/available", "offline"));
            subscriber.disconnect().get(10, TimeUnit.SECONDS);
        }
    }

    /** Otherwise the broker would say offline when it misses the lost connection, long after the new one was announced. */
    @Test
    void connectionThatIsLostSilentlyShouldBeOverBeforeTheNextIsAnnounced() throws Exception {
        assumeTrue(Mosquitto.isInstalled(), "mosquitto is not installed (Debian: apt-get install mosquitto)");
        try (BrokerProcess kafka = BrokerProcess.start(directory);
                Mosquitto mosquitto = Mosquitto.start(directory.resolve("mosquitto"));
                LossyLink link = LossyLink.to(mosquitto.port())) {
            Mqtt5AsyncClient subscriber = subscribe(mosquitto.port());
            EventLog log = new EventLog(kafka.bootstrap());
            try (VigilProcess sink = sink(kafka.bootstrap(), link.port(), "prefix = vigil")) {
                log.publish(ids(0, 1));
                await().atMost(LIMIT).untilAsserted(() -> assertThat(arrived()).containsExactlyElementsOf(ids(0, 1)));

                link.lose();
                log.publish(ids(1, 2));
                sink.awaitLine("did not answer within", LIMIT);

                await().atMost(LIMIT).untilAsserted(() -> assertThat(arrived()).containsAll(ids(1, 2)));
                assertThat(availability).containsExactly("online", "offline", "online");
            }
            subscriber.disconnect().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void onvifReadersGetEventsAndEveryDetectionThroughAnOutage() throws Exception {
        assumeTrue(Mosquitto.isInstalled(), "mosquitto is not installed (Debian: apt-get install mosquitto)");
        try (BrokerProcess kafka = BrokerProcess.start(directory);
                Mosquitto mosquitto = Mosquitto.start(directory.resolve("mosquitto"))) {
            String bootstrap = kafka.bootstrap();
            Mqtt5AsyncClient subscriber = subscribe(mosquitto.port());
            DetectionsLog log = new DetectionsLog(bootstrap, Topics.standard().detections());
            try (VigilProcess sink = sink(bootstrap, mosquitto.port(), "format = onvif, prefix = site")) {
                new EventLog(bootstrap).publish(ids(0, 1));
                log.publish(detections(0, 10));
                await().atMost(LIMIT).untilAsserted(() -> assertThat(sceneTimes).containsAll(times(0, 10)));

                mosquitto.stop();
                log.publishAborted(detections(1_000, 1_010));
                log.publish(detections(10, 20));
                sink.awaitLine("MQTT broker", LIMIT);
                mosquitto.comeBack();

                await().atMost(LIMIT).untilAsserted(() -> assertThat(sceneTimes).containsAll(times(0, 20)));
                assertThat(sceneTimes.stream().distinct()).containsExactlyElementsOf(times(0, 20));
                JsonNode event = new ObjectMapper()
                        .readTree(latest.get("site/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&north/yard"));
                assertThat(event.at("/Source/VideoSource").asText()).isEqualTo("north");
                assertThat(event.at("/Source/Rule").asText()).isEqualTo("yard");
                assertThat(event.at("/Data/IsInside").asBoolean()).isTrue();
                assertThat(event.at("/UtcTime").asText()).isEqualTo("2026-01-01T12:00:00Z");
            }
            subscriber.disconnect().get(10, TimeUnit.SECONDS);
        }
    }

    private static List<Detections> detections(long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(sequence -> ResultFixture.detections("north", 1, sequence, "person"))
                .toList();
    }

    private static List<String> times(long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(sequence -> ResultFixture.captured(sequence).toString())
                .toList();
    }

    private List<String> arrived() {
        return events.stream()
                .map(event -> event.get("after").get("id").asText())
                .toList();
    }

    private JsonNode announcement() throws IOException {
        return new ObjectMapper().readTree(latest.get("homeassistant/event/vigil_north_yard/config"));
    }

    /** With a session that outlives the outage. */
    private Mqtt5AsyncClient subscribe(int port) throws Exception {
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .identifier("watcher")
                .serverHost("127.0.0.1")
                .serverPort(port)
                .automaticReconnect()
                .initialDelay(100, TimeUnit.MILLISECONDS)
                .maxDelay(500, TimeUnit.MILLISECONDS)
                .applyAutomaticReconnect()
                .buildAsync();
        client.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(3600)
                .send()
                .get(10, TimeUnit.SECONDS);
        client.subscribeWith()
                .topicFilter("#")
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(this::received)
                .send()
                .get(10, TimeUnit.SECONDS);
        return client;
    }

    private void received(Mqtt5Publish message) {
        String topic = message.getTopic().toString();
        String payload = new String(message.getPayloadAsBytes(), UTF_8);
        latest.put(topic, payload);
        if (topic.equals("vigil/available")) {
            availability.add(payload);
        }
        try {
            if (topic.equals("vigil/events")) {
                events.add(new ObjectMapper().readTree(payload));
            }
            if (topic.equals("site/onvif-mj/VideoAnalytics/north/vigil")) {
                sceneTimes.add(new ObjectMapper()
                        .readTree(payload)
                        .at("/Frame/0/@UtcTime")
                        .asText());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj("event-%02d"::formatted).toList();
    }

    private VigilProcess sink(String bootstrap, int port, String settings) throws IOException {
        Path config = directory.resolve("sinks.conf");
        Files.writeString(config, """
                sinks = [ {
                  name = home, start = earliest
                  retry { first = 50 ms, max = 500 ms }
                  mqtt { host = "127.0.0.1", port = %d, timeout = 2 s, %s }
                } ]
                """.formatted(port, settings));
        return VigilProcess.start(directory, "sink", "--config", config.toString(), "--bootstrap", bootstrap);
    }
}
