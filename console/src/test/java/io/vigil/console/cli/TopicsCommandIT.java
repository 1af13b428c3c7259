package io.vigil.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.process.ExitCode;
import io.vigil.console.testing.TestService;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsCommandIT {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void whatTheClusterRefusesShouldBeToldInItsWords() {
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            int exitCode = Vigil.execute(
                    new PrintWriter(out, true),
                    new PrintWriter(err, true),
                    "topics",
                    "create",
                    "--bootstrap",
                    broker.bootstrap(),
                    "--replication",
                    "3");

            assertThat(exitCode).isEqualTo(ExitCode.UNAVAILABLE.code());
            assertThat(err.toString())
                    .contains("replication factor of 3", "only 1 broker")
                    .doesNotContain("unexpected", "--verbose");
        }
    }
}
