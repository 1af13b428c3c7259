package io.vigil.console.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's MQTT broker, which keeps sessions and retained messages over a restart. */
public final class Mosquitto implements AutoCloseable {

    private static final Path BINARY = Path.of("/usr/sbin/mosquitto");
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Path directory;
    private final int port;
    private Process process;

    private Mosquitto(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    public static boolean isInstalled() {
        return Files.isExecutable(BINARY);
    }

    public static Mosquitto start(Path directory) throws IOException, InterruptedException {
        try (ServerSocket free = new ServerSocket(0)) {
            Files.createDirectories(directory);
            Mosquitto broker = new Mosquitto(directory, free.getLocalPort());
            free.close();
            broker.comeBack();
            return broker;
        }
    }

    public int port() {
        return port;
    }

    /** Ends it; what it keeps is on disk. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** On the same port as before, with what it kept. */
    public void comeBack() throws IOException, InterruptedException {
        Path settings = directory.resolve("mosquitto.conf");
        Files.write(
                settings,
                List.of(
                        "listener %d 127.0.0.1".formatted(port),
                        "allow_anonymous true",
                        "persistence true",
                        "persistence_location %s/".formatted(directory),
                        "max_queued_messages 0",
                        "user root"));
        process = new ProcessBuilder(BINARY.toString(), "-c", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("mosquitto.log").toFile())
                .start();
        Instant end = Instant.now().plus(START_LIMIT);
        while (!answers()) {
            if (Instant.now().isAfter(end) || !process.isAlive()) {
                throw new IllegalStateException(
                        "mosquitto did not start: %s".formatted(Files.readString(directory.resolve("mosquitto.log"))));
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }

    private boolean answers() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
