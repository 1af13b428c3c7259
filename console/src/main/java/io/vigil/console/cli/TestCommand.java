package io.vigil.console.cli;

import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import picocli.CommandLine.Command;

/** Listed for {@code --help}; the launcher script runs the tests itself, since they need the sources. */
@Command(name = "test", description = "Run all tests (in a source checkout).")
final class TestCommand implements Runnable {

    @Override
    public void run() {
        throw new Failure(ExitCode.USAGE, "tests run from a source checkout through its launcher: ./vigil test");
    }
}
