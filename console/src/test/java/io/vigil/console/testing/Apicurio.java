package io.vigil.console.testing;

import io.vigil.console.process.LoopbackPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real schema registry of another make, Apicurio Registry, with nothing in it. Its Confluent-compatible API is used. */
public final class Apicurio implements AutoCloseable {

    private static final String VERSION = "3.0.9";
    private static final String NAME = "apicurio-registry-app-" + VERSION;
    private static final Path ARCHIVE = Path.of(
            System.getProperty("maven.repo.local", System.getProperty("user.home") + "/.m2/repository"),
            "io/apicurio/apicurio-registry-app",
            VERSION,
            NAME + "-all.tar.gz");
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path log;
    private final int port;

    private Apicurio(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    public static boolean isInstalled() {
        return Files.isReadable(ARCHIVE);
    }

    public static String howToInstall() {
        return "Apicurio Registry is not at %s, where './vigil test' puts it".formatted(ARCHIVE);
    }

    /** Unpacks it into {@code directory} and starts it on a free port. */
    public static Apicurio start(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        int unpacked = new ProcessBuilder("tar", "-xzf", ARCHIVE.toString(), "-C", directory.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (unpacked != 0) {
            throw new IllegalStateException("%s cannot be unpacked".formatted(ARCHIVE));
        }
        int port = LoopbackPort.anyFree();
        Path log = directory.resolve("apicurio.log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dquarkus.http.host=" + LoopbackPort.HOST,
                        "-Dquarkus.http.port=" + port,
                        "-jar",
                        NAME + "-runner.jar"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Apicurio registry = new Apicurio(process, log, port);
        registry.awaitAnswer();
        return registry;
    }

    public String url() {
        return "http://%s:%d/apis/ccompat/v7".formatted(LoopbackPort.HOST, port);
    }

    public String get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url() + path)).build());
    }

    /** Sends JSON and gives the answer. */
    public String send(String method, String path, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url() + path))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .method(method, BodyPublishers.ofString(json))
                .build());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("%s: %d %s".formatted(request.uri(), answer.statusCode(), answer.body()));
        }
        return answer.body();
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        Instant end = Instant.now().plus(START_LIMIT);
        while (true) {
            try {
                get("/subjects");
                return;
            } catch (IOException | IllegalStateException e) {
                if (Instant.now().isAfter(end) || !process.isAlive()) {
                    close();
                    throw new IllegalStateException("Apicurio did not start:%n%s".formatted(Files.readString(log)), e);
                }
            }
            Thread.sleep(200);
        }
    }
}
