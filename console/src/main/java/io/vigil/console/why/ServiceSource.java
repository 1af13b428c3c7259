package io.vigil.console.why;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Answers by asking a service. Any instance will do: it needs no more than the topics. */
final class ServiceSource implements WhySource {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int BAD_GATEWAY = 502;

    private final URI service;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /**
     * @param service where its metrics are, as in {@code http://host:9404}
     */
    ServiceSource(URI service) {
        this.service = service;
    }

    @Override
    public CompletableFuture<WhyAnswer> detection(String camera, long epoch, long sequence, int box) {
        return ask("/detections/%s/%d/%d/%d".formatted(camera, epoch, sequence, box));
    }

    @Override
    public CompletableFuture<WhyAnswer> action(String camera, long epoch, long endUs) {
        return ask("/actions/%s/%d/%d".formatted(camera, epoch, endUs));
    }

    /** The path is of a camera id and numbers, which need no escapes. */
    private CompletableFuture<WhyAnswer> ask(String path) {
        HttpRequest request = HttpRequest.newBuilder(service.resolve(WhyRoutes.SERVICE_ROOT + path))
                .timeout(TIMEOUT)
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .handle((answer, fault) -> fault == null
                        ? new WhyAnswer(answer.statusCode(), answer.body())
                        : WhyAnswer.error(
                                BAD_GATEWAY,
                                "the service at %s does not answer: %s".formatted(service, fault.getMessage())));
    }
}
