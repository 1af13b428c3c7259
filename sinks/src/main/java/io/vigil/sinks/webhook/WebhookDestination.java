package io.vigil.sinks.webhook;

import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import io.vigil.schema.Event;
import io.vigil.sinks.delivery.Destination;
import io.vigil.sinks.delivery.PermanentFailureException;
import io.vigil.sinks.delivery.TemporaryFailureException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts each event as a CloudEvents 1.0 JSON document, signed after the Standard Webhooks specification.
 *
 * <p>2xx is delivered. 408, 425, 429 and 5xx, no answer in time and no connection are temporary; a {@code Retry-After} in seconds is
 * heeded. Every other answer, redirects included, is permanent.
 */
public final class WebhookDestination implements Destination<Event> {

    private static final Set<Integer> TEMPORARY = Set.of(408, 425, 429);

    private final WebhookConfig config;
    private final InstantSource clock;
    private final HttpClient client;
    private final JsonFormat format = new JsonFormat();

    public WebhookDestination(WebhookConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.client = HttpClient.newBuilder()
                .connectTimeout(config.timeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public void deliver(Event event) throws TemporaryFailureException, PermanentFailureException, InterruptedException {
        HttpResponse<Void> response = answer(request(EventMessage.of(event)));
        int status = response.statusCode();
        if (status / 100 == 2) {
            return;
        }
        String message = "%s answers %d".formatted(config.server(), status);
        if (status / 100 == 5 || TEMPORARY.contains(status)) {
            Optional<Duration> retryAfter = retryAfter(response);
            throw retryAfter.isPresent()
                    ? new TemporaryFailureException(message, retryAfter.get())
                    : new TemporaryFailureException(message, (Throwable) null);
        }
        throw new PermanentFailureException(message);
    }

    @Override
    public void close() {
        // the client's threads are daemons and end when nothing refers to it
    }

    private HttpRequest request(CloudEvent message) {
        byte[] body = format.serialize(message);
        Instant now = clock.instant();
        return HttpRequest.newBuilder(config.uri())
                .header("content-type", JsonFormat.CONTENT_TYPE)
                .header("webhook-id", message.getId())
                .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
                .header("webhook-signature", config.secret().signature(message.getId(), now, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    /** The request's own timeout would end with the headers; a body that never ends must not hold the sink either. */
    private HttpResponse<Void> answer(HttpRequest request) throws TemporaryFailureException, InterruptedException {
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            return answer.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TemporaryFailureException(
                    "%s did not answer within %d ms"
                            .formatted(config.server(), config.timeout().toMillis()),
                    e);
        } catch (ExecutionException e) {
            throw new TemporaryFailureException(
                    "%s cannot be reached: %s".formatted(config.server(), e.getCause()), e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("retry-after")
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
    }
}
