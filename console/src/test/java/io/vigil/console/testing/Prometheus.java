package io.vigil.console.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vigil.console.process.LoopbackPort;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A real Prometheus with the configuration and the rules of docker/, which scrapes processes of this host. */
public final class Prometheus implements AutoCloseable {

    private static final Path SHIPPED = Places.HOME.resolve("docker/prometheus");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    private Prometheus(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one; skips the calling test where Prometheus is not installed.
     *
     * @param targets the metrics that it reads, every second
     */
    public static Prometheus start(Path directory, Scrape... targets) throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/prometheus")),
                "Prometheus is not installed (Debian: apt-get install prometheus)");
        Path config = directory.resolve("prometheus.yml");
        Files.writeString(
                config,
                Files.readString(SHIPPED.resolve("prometheus.yml"))
                        .replaceFirst("targets: \\[.*]", "targets: " + authorities(targets))
                        .replaceAll("_interval: .*", "_interval: 1s"));
        Files.copy(SHIPPED.resolve("alerts.yml"), directory.resolve("alerts.yml"));
        Process check = new ProcessBuilder("promtool", "check", "config", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("promtool.log").toFile())
                .start();
        assertThat(check.waitFor())
                .as(Files.readString(directory.resolve("promtool.log")))
                .isZero();
        int port = LoopbackPort.anyFree();
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("tsdb"),
                        "--web.listen-address=" + LoopbackPort.HOST + ":" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
        return new Prometheus(process, port);
    }

    /** Whether an expression has a value now that is a number. */
    public boolean hasValue(String expression) throws InterruptedException {
        for (JsonNode series : get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result")) {
            if (!series.path("value").path(1).asText().equals("NaN")) {
                return true;
            }
        }
        return false;
    }

    /** All rules with their health, as Prometheus tells them. */
    public JsonNode rules() throws InterruptedException {
        return get("rules").path("groups");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    private static String authorities(Scrape... targets) {
        return Arrays.stream(targets)
                .map(target -> "\"" + URI.create(target.url()).getAuthority() + "\"")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private JsonNode get(String path) throws InterruptedException {
        URI uri = URI.create("http://%s:%d/api/v1/%s".formatted(LoopbackPort.HOST, port, path));
        try {
            String answer = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            JsonNode json = JSON.readTree(answer);
            assertThat(json.path("errorType").asText()).as(answer).isNotEqualTo("bad_data");
            return json.path("data");
        } catch (IOException starting) {
            return MissingNode.getInstance();
        }
    }
}
