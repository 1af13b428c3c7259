package io.vigil.console.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.console.process.Failure;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {

    private final Readiness readiness = new Readiness("the models are warmed up");
    private final ProcessMetrics metrics = ProcessMetrics.start(readiness);
    private final MetricsEndpoint endpoint = MetricsEndpoint.open(MetricsConfig.loopback(0), metrics, readiness);

    @AfterEach
    void close() {
        endpoint.close();
        metrics.close();
    }

    @Test
    void shouldBeLiveAtOnceAndReadyWhenTheProcessIs() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("the models are warmed up");
        assertThat(get("/metrics").body()).contains("vigil_ready 0.0");

        readiness.becomes(Optional::empty);

        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").body()).contains("vigil_ready 1.0");
    }

    @Test
    void shouldTellWhatTheProcessTakesOfItsHost() throws Exception {
        assertThat(get("/metrics").headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain");
        assertThat(get("/metrics").body())
                .contains("jvm_memory_used_bytes", "process_memory_rss_bytes", "process_cpu_usage");
    }

    @Test
    void takenPortShouldBeNamed() {
        int port = URI.create(endpoint.url()).getPort();

        assertThatThrownBy(() -> MetricsEndpoint.open(MetricsConfig.loopback(port), metrics, readiness))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(Integer.toString(port))
                .hasMessageContaining("--metrics-port");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(endpoint.url()).resolve(path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
