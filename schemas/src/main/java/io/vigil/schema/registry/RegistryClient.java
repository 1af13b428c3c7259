package io.vigil.schema.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** The two requests of Confluent's REST API that are needed. Thread-safe. */
final class RegistryClient {

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Set<Integer> NO_SUCH_ID = Set.of(400, 404, 422);
    private static final int MAX_MESSAGE = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistrySettings settings;
    private final HttpClient http;

    RegistryClient(RegistrySettings settings) {
        this.settings = settings;
        this.http = HttpClient.newBuilder().connectTimeout(settings.timeout()).build();
    }

    /**
     * Registers a schema, or finds that it is registered.
     *
     * @return its id
     * @throws RegistryRefusedException if it is not compatible with those before it, or nobody may register
     * @throws RegistryUnavailableException if there was no answer
     */
    int register(String subject, Schema schema) {
        String path = "subjects/%s/versions".formatted(URLEncoder.encode(subject, StandardCharsets.UTF_8));
        String body = JSON.createObjectNode().put("schema", schema.toString()).toString();
        HttpResponse<String> answer =
                send(request(path).header("Content-Type", CONTENT_TYPE).POST(BodyPublishers.ofString(body)));
        if (answer.statusCode() != 200) {
            throw refused("refuses %s under %s".formatted(schema.getFullName(), subject), answer);
        }
        JsonNode id = json(answer).path("id");
        if (!id.isInt()) {
            throw refused("answers without an id to %s".formatted(subject), answer);
        }
        return id.asInt();
    }

    /**
     * Fetches a schema; empty for an id that the registry does not know, or that is not of an Avro schema.
     *
     * @throws RegistryRefusedException if nobody may read
     * @throws RegistryUnavailableException if there was no answer
     */
    Optional<Schema> fetch(int id) {
        HttpResponse<String> answer = send(request("schemas/ids/" + id).GET());
        if (NO_SUCH_ID.contains(answer.statusCode())) {
            return Optional.empty();
        }
        if (answer.statusCode() != 200) {
            throw refused("does not give schema " + id, answer);
        }
        try {
            return Optional.of(
                    new Schema.Parser().parse(json(answer).path("schema").asText()));
        } catch (AvroRuntimeException e) {
            return Optional.empty();
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.url() + path))
                .header("Accept", CONTENT_TYPE + ", application/json");
        settings.authorization().ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        HttpResponse<String> answer = answer(request.build());
        if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
            throw new RegistryUnavailableException(refusal("is in trouble", answer), null);
        }
        return answer;
    }

    /** The request's own timeout would end with the headers. */
    private HttpResponse<String> answer(HttpRequest request) {
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, BodyHandlers.ofString());
        try {
            return answer.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new RegistryUnavailableException(
                    "the schema registry at %s does not answer within %d ms"
                            .formatted(settings.url(), settings.timeout().toMillis()),
                    e);
        } catch (ExecutionException e) {
            throw new RegistryUnavailableException(
                    "the schema registry at %s cannot be reached: %s".formatted(settings.url(), e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailableException(
                    "interrupted while waiting for the schema registry at %s".formatted(settings.url()), e);
        } finally {
            answer.cancel(true);
        }
    }

    private RegistryRefusedException refused(String what, HttpResponse<String> answer) {
        return new RegistryRefusedException(refusal(what, answer));
    }

    private String refusal(String what, HttpResponse<String> answer) {
        return "the schema registry at %s %s: %d %s"
                .formatted(settings.url(), what, answer.statusCode(), message(answer));
    }

    private static String message(HttpResponse<String> answer) {
        String message;
        try {
            message = JSON.readTree(answer.body()).path("message").asText(answer.body());
        } catch (JsonProcessingException e) {
            message = answer.body();
        }
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...";
    }

    private JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw refused("answers with something else than JSON", answer);
        }
    }
}
