package io.vigil.sinks.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.vigil.sinks.delivery.PermanentFailureException;
import io.vigil.sinks.delivery.TemporaryFailureException;
import io.vigil.sinks.testing.EventFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookDestinationTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:05Z");
    private static final WebhookSecret SECRET = WebhookSecret.parse("a-secret-of-twenty-letters");

    private final List<byte[]> bodies = new ArrayList<>();
    private final List<Headers> headers = new ArrayList<>();
    private volatile int status = 204;
    private HttpServer server;
    private WebhookDestination webhook;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            bodies.add(exchange.getRequestBody().readAllBytes());
            headers.add(exchange.getRequestHeaders());
            if (status == 429) {
                exchange.getResponseHeaders().add("Retry-After", "7");
            }
            if (status == 302) {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        webhook = to(server.getAddress().getPort(), Duration.ofSeconds(20));
    }

    @AfterEach
    void stop() {
        webhook.close();
        server.stop(0);
    }

    @Test
    void shouldPostASignedCloudEvent() throws Exception {
        webhook.deliver(EventFixture.dwelt("id-1"));

        JsonNode message = new ObjectMapper().readTree(bodies.get(0));
        assertThat(message.get("specversion").asText()).isEqualTo("1.0");
        assertThat(message.get("id").asText()).isEqualTo("id-1-begin");
        assertThat(message.get("source").asText()).isEqualTo("/cameras/north");
        assertThat(message.get("type").asText()).isEqualTo("io.vigil.event.dwelt");
        assertThat(message.get("subject").asText()).isEqualTo("yard");
        assertThat(message.get("time").asText()).isEqualTo("2026-01-01T12:00:00.25Z");
        assertThat(message.get("data").get("kind").asText()).isEqualTo("dwelt");
        assertThat(message.get("data").get("box").get("w").asInt()).isEqualTo(30);
        assertThat(message.get("data").get("snapshot").get("offset").asInt()).isEqualTo(17);
        assertThat(message.get("data").has("end_time")).isFalse();
        Headers sent = headers.get(0);
        assertThat(sent.getFirst("Content-Type")).isEqualTo("application/cloudevents+json");
        assertThat(sent.getFirst("Webhook-Id")).isEqualTo("id-1-begin");
        assertThat(sent.getFirst("Webhook-Timestamp")).isEqualTo(Long.toString(NOW.getEpochSecond()));
        assertThat(sent.getFirst("Webhook-Signature")).isEqualTo(SECRET.signature("id-1-begin", NOW, bodies.get(0)));
    }

    @Test
    void shouldGiveTheEndAnIdOfItsOwn() throws Exception {
        webhook.deliver(EventFixture.dwelt("id-1", EventFixture.START.plusSeconds(9)));

        assertThat(new ObjectMapper().readTree(bodies.get(0)).get("id").asText())
                .isEqualTo("id-1-end");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 500, 503})
    void shouldHopeForTheBetterAfter(int answer) {
        status = answer;

        assertThatThrownBy(() -> webhook.deliver(EventFixture.dwelt("id-1")))
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("answers %d".formatted(answer))
                .hasMessageNotContaining("token");
    }

    @Test
    void shouldHeedWhatABusyServerAsksFor() {
        status = 429;

        assertThatThrownBy(() -> webhook.deliver(EventFixture.dwelt("id-1")))
                .isInstanceOfSatisfying(TemporaryFailureException.class, failure -> assertThat(failure.retryAfter())
                        .contains(Duration.ofSeconds(7)));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 401, 404, 410})
    void shouldNotTryAgainAfter(int answer) {
        status = answer;

        assertThatThrownBy(() -> webhook.deliver(EventFixture.dwelt("id-1")))
                .isInstanceOf(PermanentFailureException.class)
                .hasMessageNotContaining("token");
        assertThat(bodies).hasSize(1);
    }

    @Test
    void shouldNotWaitForAServerThatSaysNothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                WebhookDestination stalled = to(silent.getLocalPort(), Duration.ofMillis(500))) {
            assertThatThrownBy(() -> stalled.deliver(EventFixture.dwelt("id-1")))
                    .isInstanceOf(TemporaryFailureException.class)
                    .hasMessageContaining("did not answer within 500 ms")
                    .hasMessageNotContaining("token");
        }
    }

    @Test
    void shouldNotMindAServerThatIsAway() {
        server.stop(0);

        assertThatThrownBy(() -> webhook.deliver(EventFixture.dwelt("id-1")))
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("cannot be reached")
                .hasMessageNotContaining("token");
    }

    private static WebhookDestination to(int port, Duration timeout) {
        URI uri = URI.create("http://%s:%d/hook?token=secret"
                .formatted(InetAddress.getLoopbackAddress().getHostAddress(), port));
        return new WebhookDestination(new WebhookConfig(uri, SECRET, timeout), InstantSource.fixed(NOW));
    }
}
