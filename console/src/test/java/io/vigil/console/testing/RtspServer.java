package io.vigil.console.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The RTSP server of the ingest's tests, which can be killed and started again on the same port. */
public final class RtspServer implements AutoCloseable {

    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Path SCRIPT = Places.HOME.resolve("producers/src/test/resources/rtsp_server.py");

    private final int port;
    private Process process;

    private RtspServer(int port) {
        this.port = port;
    }

    /** A running server; skips the calling test, with the reason, where none is installed. */
    public static RtspServer start() throws IOException {
        assumeTrue(Files.isExecutable(PYTHON), "there is no " + PYTHON);
        try (ServerSocket socket = new ServerSocket(0)) {
            RtspServer server = new RtspServer(socket.getLocalPort());
            socket.close();
            server.restart();
            return server;
        }
    }

    public void restart() throws IOException {
        process = new ProcessBuilder(PYTHON.toString(), SCRIPT.toString(), Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assumeTrue("ready".equals(said), "no RTSP server here, " + said);
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public String url() {
        return "rtsp://127.0.0.1:%d/h264".formatted(port);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
