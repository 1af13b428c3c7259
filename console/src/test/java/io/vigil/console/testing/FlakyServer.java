package io.vigil.console.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server that takes what is posted, or fails, or stalls, or is away. */
public final class FlakyServer implements AutoCloseable {

    /** What it took. */
    public record Delivery(Map<String, String> headers, byte[] body) {

        public String header(String name) {
            return headers.get(name);
        }
    }

    private enum Mood {
        TAKES,
        FAILS,
        STALLS
    }

    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger stalls = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Mood mood = Mood.TAKES;
    private HttpServer server;
    private int port;

    private FlakyServer() {}

    public static FlakyServer start() throws IOException {
        FlakyServer server = new FlakyServer();
        server.listen();
        return server;
    }

    public int port() {
        return port;
    }

    public List<Delivery> deliveries() {
        return deliveries;
    }

    public int failures() {
        return failures.get();
    }

    public int stalls() {
        return stalls.get();
    }

    public void failFromNowOn() {
        mood = Mood.FAILS;
    }

    public void stallFromNowOn() {
        mood = Mood.STALLS;
    }

    public void stop() {
        server.stop(0);
    }

    /** On the same port as before, in a better mood. */
    public void comeBack() throws IOException {
        mood = Mood.TAKES;
        listen();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
        port = server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        switch (mood) {
            case TAKES -> {
                Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
                deliveries.add(new Delivery(headers, body));
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            }
            case FAILS -> {
                failures.incrementAndGet();
                exchange.sendResponseHeaders(503, -1);
                exchange.close();
            }
            case STALLS -> stalls.incrementAndGet();
        }
    }
}
