package io.vigil.console.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The distribution archive, unpacked into a directory that nobody can write to, and run by a user who owns nothing of it.
 *
 * <p>Root runs it as the user nobody; anyone else as themselves.
 */
public final class InstalledVigil implements AutoCloseable {

    private static final String NOBODY = "65534";
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final Path root;
    private final Path home;
    private final Path work;

    private InstalledVigil(Path root, Path home, Path work) {
        this.root = root;
        this.home = home;
        this.work = work;
    }

    /** Unpacks the archive of this build. */
    public static InstalledVigil unpack() throws Exception {
        Path root = Files.createTempDirectory("vigil-installed-");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path work = Files.createDirectory(root.resolve("work"));
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (Stream<Path> built = Files.list(Places.MODULE.resolve("target"))) {
            Path archive = built.filter(file -> file.getFileName().toString().matches("vigil-[0-9].*\\.tar\\.gz"))
                    .findFirst()
                    .orElseThrow();
            run("tar", "-xzf", archive.toString(), "-C", root.toString());
        }
        Path home;
        try (Stream<Path> unpacked = Files.list(root)) {
            home = unpacked.filter(path -> !path.equals(work)).findFirst().orElseThrow();
        }
        run("chmod", "-R", "a-w,a+rX", home.toString());
        return new InstalledVigil(root, home, work);
    }

    public Path home() {
        return home;
    }

    /** A directory that the user of the program can write to. */
    public Path work() {
        return work;
    }

    /** A copy of a directory that the user of the program can read. */
    public Path give(Path directory) throws Exception {
        Path copy = work.resolve(directory.getFileName());
        run("cp", "-r", directory.toString(), work.toString());
        run("chmod", "-R", "a+rX", copy.toString());
        return copy;
    }

    /** Starts the launcher in the working directory. */
    public VigilProcess start(String... arguments) {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
        }
        command.add(home.resolve("vigil").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder process = new ProcessBuilder(command).directory(work.toFile());
        process.environment().remove("VIGIL_HOME");
        process.environment()
                .put("VIGIL_JAVA_OPTS", "-Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.io.tmpdir=" + work);
        process.environment().put("HOME", "/nonexistent");
        return VigilProcess.start(root, arguments[0], process);
    }

    /** Removes it. */
    @Override
    public void close() throws Exception {
        run("chmod", "-R", "u+w", root.toString());
        try (Stream<Path> tree = Files.walk(root)) {
            tree.sorted(Comparator.reverseOrder()).forEach(InstalledVigil::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
