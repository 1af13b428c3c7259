package io.vigil.console.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where broker and service keep their data; deleted on close unless it was given by the user. */
public record DataDirectory(Path path, boolean temporary) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    /** {@code given}, or a new temporary directory. */
    public static DataDirectory of(Optional<Path> given) {
        try {
            return given.isPresent()
                    ? new DataDirectory(Files.createDirectories(given.get().toAbsolutePath()), false)
                    : new DataDirectory(Files.createTempDirectory("vigil-"), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path broker() {
        return path.resolve("broker");
    }

    public Path state() {
        return path.resolve("state");
    }

    @Override
    public void close() {
        if (!temporary) {
            return;
        }
        try (Stream<Path> tree = Files.walk(path)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} could not be deleted entirely: {}", path, e.toString());
        }
    }
}
