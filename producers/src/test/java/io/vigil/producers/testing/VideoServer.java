package io.vigil.producers.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server of the JDK that plays a network camera. */
public final class VideoServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    public VideoServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    public String url(String path) {
        return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
    }

    /** Serves the same bytes to everybody. */
    public void serve(String path, String type, byte[] body) {
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, body.length);
            write(exchange, body);
            exchange.close();
        });
    }

    /** Serves pictures as an MJPEG camera does, and then hangs up. */
    public void serveMjpeg(String path, List<byte[]> pictures) {
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "multipart/x-mixed-replace;boundary=picture");
            exchange.sendResponseHeaders(200, 0);
            for (byte[] picture : pictures) {
                write(
                        exchange,
                        "--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
                                .formatted(picture.length)
                                .getBytes(StandardCharsets.US_ASCII));
                write(exchange, picture);
                write(exchange, "\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            exchange.close();
        });
    }

    /** Refuses everybody. */
    public void refuse(String path, int status) {
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void write(HttpExchange exchange, byte[] bytes) throws IOException {
        OutputStream body = exchange.getResponseBody();
        body.write(bytes);
        body.flush();
    }
}
