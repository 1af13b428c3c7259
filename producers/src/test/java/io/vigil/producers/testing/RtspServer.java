package io.vigil.producers.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code rtsp_server.py} in a process of its own, which can be killed and started again on the same port. */
public final class RtspServer implements AutoCloseable {

    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Path SCRIPT = Path.of("src/test/resources/rtsp_server.py");
    private static final int MISSING = 3;

    private final int port;
    private final List<String> command;
    private Process process;

    /** A server for everybody; skips the calling test, with the reason, where it is not installed. */
    public static RtspServer open() throws IOException, InterruptedException {
        return new RtspServer();
    }

    /**
     * A server for {@code admin} with this password; skips the calling test, with the reason, where it is not
     * installed.
     */
    public static RtspServer secured(String password) throws IOException, InterruptedException {
        return new RtspServer(password);
    }

    private RtspServer(String... password) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PYTHON), "there is no " + PYTHON);
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        command = new ArrayList<>(List.of(PYTHON.toString(), SCRIPT.toString(), Integer.toString(port)));
        command.addAll(List.of(password));
        start();
    }

    public void start() throws IOException, InterruptedException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!"ready".equals(said)) {
            int status = process.waitFor();
            assumeTrue(status != MISSING, "no RTSP server here, " + said);
            throw new IOException("RTSP server exited with %d: %s".formatted(status, said));
        }
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The part of its URLs after the credentials. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
