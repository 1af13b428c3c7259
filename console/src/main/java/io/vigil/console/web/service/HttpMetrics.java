package io.vigil.console.web.service;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The metrics that a process serves under a URL. Thread-safe. */
public final class HttpMetrics implements MetricsText {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final HttpRequest request;

    /**
     * Not asked yet.
     *
     * @param url of {@code /metrics}, http or https
     * @throws IllegalArgumentException if it is no such URL
     */
    public HttpMetrics(URI url) {
        this.request = HttpRequest.newBuilder(url).timeout(TIMEOUT).build();
    }

    @Override
    public String read() throws IOException {
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("%s answers with status %d".formatted(request.uri(), answer.statusCode()));
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
