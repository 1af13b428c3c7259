package io.vigil.schema.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A small registry over real HTTP that takes any schema, and can fail, refuse or stall. */
final class WritableRegistry implements AutoCloseable {

    enum Mood {
        WELL,
        FAILING,
        INCOMPATIBLE,
        STALLING,
        STALLING_IN_ITS_ANSWER
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FIRST_ID = 100;

    private final HttpServer server;
    private final List<String> schemas = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile Mood mood = Mood.WELL;

    private WritableRegistry(HttpServer server) {
        this.server = server;
    }

    static WritableRegistry start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        WritableRegistry registry = new WritableRegistry(server);
        server.createContext("/", registry::answer);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "registry");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
        return registry;
    }

    String url() {
        return "http://%s:%d/registry"
                .formatted(
                        server.getAddress().getAddress().getHostAddress(),
                        server.getAddress().getPort());
    }

    void is(Mood now) {
        mood = now;
    }

    /** Method and path of each request so far. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        ObjectNode json = JSON.createObjectNode();
        switch (mood) {
            case FAILING -> send(exchange, 500, json.put("error_code", 50001).put("message", "the store is gone"));
            case INCOMPATIBLE -> send(exchange, 409, json.put("error_code", 409).put("message", "it lost a field"));
            case STALLING -> pause();
            case STALLING_IN_ITS_ANSWER -> {
                exchange.sendResponseHeaders(200, 1_000);
                pause();
            }
            case WELL -> {
                if (path.endsWith("/versions")) {
                    String schema = JSON.readTree(body).get("schema").asText();
                    if (!schemas.contains(schema)) {
                        schemas.add(schema);
                    }
                    send(exchange, 200, json.put("id", FIRST_ID + schemas.indexOf(schema)));
                } else {
                    int index = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)) - FIRST_ID;
                    if (index >= 0 && index < schemas.size()) {
                        send(exchange, 200, json.put("schema", schemas.get(index)));
                    } else {
                        send(exchange, 404, json.put("error_code", 40403).put("message", "Schema not found"));
                    }
                }
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, ObjectNode json) throws IOException {
        byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
