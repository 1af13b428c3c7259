package io.vigil.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.testing.BrokerProcess;
import io.vigil.console.testing.EventLog;
import io.vigil.console.testing.FlakyServer;
import io.vigil.console.testing.Scrape;
import io.vigil.console.testing.VigilProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A webhook whose server fails, stalls, goes and comes back, and whose sink is killed: every committed event arrives, signed. */
class WebhookIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SECRET = "a-secret-of-twenty-letters";

    @TempDir
    private Path directory;

    @Test
    void everyCommittedEventArrives() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(directory);
                FlakyServer server = FlakyServer.start()) {
            String bootstrap = broker.bootstrap();
            EventLog log = new EventLog(bootstrap);
            log.publish(ids(0, 10));
            log.publishAborted(List.of("never-happened"));

            VigilProcess sink = sink(bootstrap, server.port());
            awaitDeliveries(server, 0, 10);

            server.failFromNowOn();
            log.publish(ids(10, 20));
            await().atMost(LIMIT).until(() -> server.failures() >= 3);
            server.stallFromNowOn();
            await().atMost(LIMIT).until(() -> server.stalls() >= 1);
            sink.kill();
            server.stop();
            try (VigilProcess again = sink(bootstrap, server.port())) {
                again.awaitLine("cannot be reached", LIMIT);
                Scrape metrics = Scrape.of(again, LIMIT);
                await().atMost(LIMIT).until(() -> metrics.sum("vigil_sink_lag_records") >= 10);
                assertThat(metrics.sum("vigil_sink_oldest_undelivered_age_seconds"))
                        .isPositive();
                log.publish(ids(20, 30));
                server.comeBack();

                awaitDeliveries(server, 0, 30);
                assertThat(distinctIds(server)).containsExactlyElementsOf(messageIds(0, 30));
                server.deliveries().forEach(WebhookIT::assertSigned);

                await().atMost(LIMIT).until(() -> metrics.sum("vigil_sink_lag_records") == 0);
                assertThat(metrics.isReady()).isTrue();
                assertThat(metrics.sum("vigil_sink_delivered_total")).isEqualTo(20);
                assertThat(metrics.sum("vigil_sink_retried_total")).isPositive();
                assertThat(metrics.sum("vigil_sink_given_up_total")).isZero();
                assertThat(metrics.sum("vigil_sink_oldest_undelivered_age_seconds"))
                        .isZero();
                assertThat(metrics.text()).contains("kafka_consumer_", "kafka_producer_");
            }
        }
    }

    private static void awaitDeliveries(FlakyServer server, int from, int to) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(distinctIds(server)).containsAll(messageIds(from, to)));
    }

    private static List<String> distinctIds(FlakyServer server) {
        return server.deliveries().stream()
                .map(delivery -> json(delivery).get("id").asText())
                .distinct()
                .toList();
    }

    private static void assertSigned(FlakyServer.Delivery delivery) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
            mac.update(
                    (delivery.header("webhook-id") + "." + delivery.header("webhook-timestamp") + ".").getBytes(UTF_8));
            assertThat(delivery.header("webhook-signature"))
                    .isEqualTo("v1," + Base64.getEncoder().encodeToString(mac.doFinal(delivery.body())));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(FlakyServer.Delivery delivery) {
        try {
            return new ObjectMapper().readTree(delivery.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj("event-%02d"::formatted).toList();
    }

    private static List<String> messageIds(int from, int to) {
        return ids(from, to).stream().map(id -> id + "-end").toList();
    }

    private VigilProcess sink(String bootstrap, int port) throws IOException {
        Path config = directory.resolve("sinks.conf");
        Files.writeString(config, """
                kafka { session.timeout.ms = 6000 }
                sinks = [ {
                  name = desk, start = earliest
                  retry { first = 50 ms, max = 500 ms }
                  webhook { uri = "http://localhost:%d/hook", secret = %s, timeout = 1 s }
                } ]
                """.formatted(port, SECRET));
        return VigilProcess.start(
                directory, "sink", "--config", config.toString(), "--bootstrap", bootstrap, "--metrics-port", "0");
    }
}
