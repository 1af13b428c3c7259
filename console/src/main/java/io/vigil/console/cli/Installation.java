package io.vigil.console.cli;

import java.nio.file.Path;

/**
 * What is shipped beside the program.
 *
 * @param home the source checkout or the directory it was installed to
 */
record Installation(Path home) {

    /** The one that the launcher script names in {@code vigil.home}, or the working directory. */
    static Installation current() {
        return new Installation(Path.of(System.getProperty("vigil.home", "")).toAbsolutePath());
    }

    Path demoVideo() {
        return home.resolve("models/assets/demo.mp4");
    }

    Path modelPackage(String name) {
        return home.resolve("models/packages").resolve(name);
    }
}
