package io.vigil.console.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.vigil.console.testing.VigilProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process of its own ends. */
class StopSignalIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    @Test
    void closedTerminalShouldEndTheProcessInOrder() throws Exception {
        try (VigilProcess broker = start(Map.of())) {
            assumeFalse(broker.ignoresHangUps(), "hangups are ignored here, as under nohup");
            broker.hangUp();
            broker.hangUp();

            assertThat(broker.awaitExit(LIMIT)).as(broker.output()).isZero();
        }
    }

    @Test
    void javaThatLeavesSignalsAloneShouldStartAllTheSame() throws Exception {
        try (VigilProcess broker = start(Map.of("JAVA_TOOL_OPTIONS", "-Xrs"))) {
            broker.terminate();

            assertThat(broker.awaitExit(LIMIT)).as(broker.output()).isEqualTo(143);
        }
    }

    private VigilProcess start(Map<String, String> variables) throws InterruptedException {
        VigilProcess broker = VigilProcess.start(
                directory,
                variables,
                "broker",
                "--port",
                "0",
                "--data",
                directory.resolve("broker").toString());
        broker.awaitLine("broker ready on", LIMIT);
        return broker;
    }
}
