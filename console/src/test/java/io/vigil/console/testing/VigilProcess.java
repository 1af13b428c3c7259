package io.vigil.console.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged program, started as the launcher starts it, in a process of its own. */
public final class VigilProcess implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Path log;

    private VigilProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Starts a command; its output goes to a file in {@code directory}, its temporary files to {@code directory/tmp}. */
    public static VigilProcess start(Path directory, String... arguments) {
        return start(directory, Map.of(), arguments);
    }

    /** Starts a command with variables of its environment. */
    public static VigilProcess start(Path directory, Map<String, String> variables, String... arguments) {
        Path target = Places.MODULE.resolve("target");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dvigil.home=" + Places.HOME,
                "-Djava.io.tmpdir=" + temporary(directory),
                "-cp",
                target.resolve("*") + ":" + target.resolve("lib").resolve("*"),
                "io.vigil.console.cli.Vigil"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(variables);
        return start(directory, arguments[0], builder);
    }

    /** Starts a command that was built elsewhere; its output goes to a file in {@code directory}. */
    static VigilProcess start(Path directory, String name, ProcessBuilder command) {
        try {
            Path log = Files.createTempFile(directory, name + "-", ".log");
            Process process = command.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new VigilProcess(name, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporary(Path directory) {
        try {
            return Files.createDirectories(directory.resolve("tmp"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the process has printed a line with {@code text}, and gives that line. */
    public String awaitLine(String text, Duration limit) throws InterruptedException {
        Instant end = Instant.now().plus(limit);
        while (Instant.now().isBefore(end)) {
            String found = output().lines()
                    .filter(line -> line.contains(text))
                    .findFirst()
                    .orElse(null);
            if (found != null) {
                return found;
            }
            if (!process.isAlive()) {
                throw new AssertionError("%s ended with %d before it said \"%s\":%n%s"
                        .formatted(name, process.exitValue(), text, output()));
            }
            Thread.sleep(50);
        }
        throw new AssertionError(
                "%s did not say \"%s\" within %d s:%n%s".formatted(name, text, limit.toSeconds(), output()));
    }

    /** Ends the process without a warning, as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks the process to end, as Ctrl-C does. */
    public void interrupt() throws IOException, InterruptedException {
        signal("-INT");
    }

    /** Tells the process that its terminal was closed. */
    public void hangUp() throws IOException, InterruptedException {
        signal("-HUP");
    }

    /** Whether it was started with hangups ignored; Linux tells. */
    public boolean ignoresHangUps() throws IOException {
        String mask = Files.readAllLines(Path.of("/proc/%d/status".formatted(process.pid()))).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(mask.substring("SigIgn:".length()).strip(), 16) & 1) != 0;
    }

    /** Asks the process to end, as a container's runtime does. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for the process to end by itself, and gives its exit code. */
    public int awaitExit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("%s did not end within %d s:%n%s".formatted(name, limit.toSeconds(), output()));
        }
        return process.exitValue();
    }

    /** What the process has printed so far. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
