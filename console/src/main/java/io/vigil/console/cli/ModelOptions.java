package io.vigil.console.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which models run, where the command line says so. */
final class ModelOptions {

    private static final String SHIPPED_DETECTOR = "tra-small";
    private static final String SHIPPED_RECOGNIZER = "tam-small";

    @Option(
            names = "--detector",
            paramLabel = "DIR",
            description = "Model package of the detector (default: the shipped tra-small).")
    private @Nullable Path detector;

    @Option(
            names = "--recognizer",
            paramLabel = "DIR",
            description = "Model package of the recognizer (default: the shipped tam-small).")
    private @Nullable Path recognizer;

    Optional<Path> givenDetector() {
        return Optional.ofNullable(detector);
    }

    Optional<Path> givenRecognizer() {
        return Optional.ofNullable(recognizer);
    }

    Path detector(Installation installation) {
        return givenDetector().orElseGet(() -> shippedDetector(installation));
    }

    Path recognizer(Installation installation) {
        return givenRecognizer().orElseGet(() -> shippedRecognizer(installation));
    }

    static Path shippedDetector(Installation installation) {
        return installation.modelPackage(SHIPPED_DETECTOR);
    }

    static Path shippedRecognizer(Installation installation) {
        return installation.modelPackage(SHIPPED_RECOGNIZER);
    }
}
