package io.vigil.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.console.cluster.Cluster;
import io.vigil.console.process.Failure;
import io.vigil.schema.topic.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleServerTest {

    private static final ConsoleAddress ANYWHERE = ConsoleAddress.loopback(ConsoleAddress.ANY_PORT);
    private static final ConsoleSource NO_CLUSTER =
            new ConsoleSource(Cluster.at("127.0.0.1:1"), Topics.standard(), "vigil", List.of());

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void takenPortShouldBeNamed() {
        try (ConsoleServer first = ConsoleServer.start(ANYWHERE, List.of())) {
            int port = URI.create(first.url()).getPort();

            assertThatThrownBy(() -> ConsoleServer.start(ConsoleAddress.loopback(port), List.of()))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining(Integer.toString(port))
                    .hasMessageContaining("--port");
        }
    }

    @Test
    void addressOfAnotherHostShouldBeRefused() {
        assertThatThrownBy(() -> ConsoleServer.start(new ConsoleAddress("192.0.2.1", 0, List.of()), List.of()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("192.0.2.1")
                .hasMessageContaining("--address");
    }

    @Test
    void urlShouldLeadToTheAddressThatIsServed() throws Exception {
        try (ConsoleServer second = ConsoleServer.start(new ConsoleAddress("127.0.0.2", 0, List.of()), List.of());
                ConsoleServer all = ConsoleServer.start(new ConsoleAddress("0.0.0.0", 0, List.of()), List.of())) {
            assertThat(second.url()).startsWith("http://127.0.0.2:");
            assertThat(get(second, "/", second.url()).statusCode()).isEqualTo(200);
            assertThat(all.url()).startsWith("http://localhost:");
            assertThat(get(all, "/", all.url()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void otherSitesShouldGetNothing() throws Exception {
        try (LiveFeed feed = new LiveFeed(NO_CLUSTER, new CameraStates());
                ConsoleServer console = ConsoleServer.start(ANYWHERE, List.of(new LiveRoutes(feed)))) {
            URI live = URI.create(console.url().replace("http", "ws") + "/live");

            assertThatThrownBy(() -> http.newWebSocketBuilder()
                            .header("Origin", "https://elsewhere.example")
                            .buildAsync(live, new WebSocket.Listener() {})
                            .join())
                    .rootCause()
                    .hasMessageContaining("403");
            assertThat(get(console, "/", "https://elsewhere.example").statusCode())
                    .isEqualTo(403);
            assertThat(get(console, "/", console.url()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void pageShouldNeedNothingFromElsewhere() throws Exception {
        try (ConsoleServer console = ConsoleServer.start(ANYWHERE, List.of())) {
            for (String file : List.of(
                    "/",
                    "/main.js",
                    "/topology.js",
                    "/views/wall.js",
                    "/views/camera.js",
                    "/views/service.js",
                    "/console.css",
                    "/icon.svg")) {
                HttpResponse<String> answer = get(console, file, console.url());
                assertThat(answer.statusCode()).as(file).isEqualTo(200);
                assertThat(answer.headers()
                                .firstValue("Content-Security-Policy")
                                .orElseThrow())
                        .contains("default-src 'self'");
                assertThat(answer.body().replace("http://www.w3.org/2000/svg", ""))
                        .as(file)
                        .doesNotContain("http://", "https://");
            }
        }
    }

    private HttpResponse<String> get(ConsoleServer console, String path, String origin) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(console.url() + path))
                        .header("Origin", origin)
                        .build(),
                BodyHandlers.ofString());
    }
}
