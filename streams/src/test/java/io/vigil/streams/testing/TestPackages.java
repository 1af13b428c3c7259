package io.vigil.streams.testing;

import io.vigil.streams.inference.InferenceConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The packages that src/test/python/make_test_packages.py writes, and any real ones that are at hand. */
public final class TestPackages {

    public static final Path DETECTION = resource("/packages/tra-test");
    public static final Path RECOGNITION = resource("/packages/tam-test");
    public static final Path STREAMING_RECOGNITION = resource("/packages/tam-streaming-test");
    public static final InferenceConfig INFERENCE =
            new InferenceConfig(1, 1, false, Duration.ofSeconds(30), Optional.empty());

    private static final Path SHIPPED = Path.of("../models/packages");

    public static final Path SHIPPED_DETECTOR = SHIPPED.resolve("tra-small");
    public static final Path SHIPPED_8_BIT_DETECTOR = SHIPPED.resolve("tra-small-int8");
    public static final Path SHIPPED_RECOGNIZER = SHIPPED.resolve("tam-small");
    public static final Path SHIPPED_STREAMING_RECOGNIZER = SHIPPED.resolve("tam-small-streaming");

    /** A folder of further packages: -Dvigil.packages=FOLDER. */
    private static final String FURTHER = "vigil.packages";

    private TestPackages() {}

    /** The test packages, those of models/packages, and those of the folder that {@code -Dvigil.packages} names. */
    public static List<Path> all() {
        Stream<Path> further = Optional.ofNullable(System.getProperty(FURTHER)).map(Path::of).stream();
        return Stream.concat(
                        Stream.of(DETECTION, RECOGNITION, STREAMING_RECOGNITION),
                        Stream.concat(Stream.of(SHIPPED), further).flatMap(TestPackages::packagesIn))
                .toList();
    }

    private static Stream<Path> packagesIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.exists(entry.resolve("manifest.json"))).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy of a package that a test may break. */
    public static Path copy(Path original, Path directory) throws IOException {
        try (Stream<Path> files = Files.list(original)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        return directory;
    }

    private static Path resource(String name) {
        try {
            return Path.of(TestPackages.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
