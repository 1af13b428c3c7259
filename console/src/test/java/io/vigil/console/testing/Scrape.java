package io.vigil.console.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * The metrics that a process serves.
 *
 * @param url of its {@code /metrics}
 */
public record Scrape(String url) {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Waits until a process has told where its metrics are. */
    public static Scrape of(VigilProcess process, Duration limit) throws InterruptedException {
        return new Scrape(process.awaitLine("metrics on", limit).replaceAll(".* on ", ""));
    }

    /** Whether the process says that it is ready. */
    public boolean isReady() {
        return get(URI.create(url).resolve("/health/ready")).statusCode() == 200;
    }

    public String text() {
        return get(URI.create(url)).body();
    }

    /** The sum of a metric over all its labels; 0 if there is none. */
    public double sum(String metric) {
        return text().lines()
                .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static HttpResponse<String> get(URI uri) {
        try {
            return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
