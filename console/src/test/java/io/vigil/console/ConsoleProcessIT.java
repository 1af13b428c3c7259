package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.process.ExitCode;
import io.vigil.console.testing.Chromium;
import io.vigil.console.testing.Scrape;
import io.vigil.console.testing.TestService;
import io.vigil.console.testing.VigilProcess;
import io.vigil.schema.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console as a process of its own, as operators see it. */
class ConsoleProcessIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void shouldTellThatItIsReadyAndHowManyPagesAreOpen() throws Exception {
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            TestService.topics(broker, Topics.standard(), 1);
            try (VigilProcess console = VigilProcess.start(
                    directory,
                    Map.of("VIGIL_METRICS_PORT", "0"),
                    "console",
                    "--bootstrap",
                    broker.bootstrap(),
                    "--port",
                    "0")) {
                String url = console.awaitLine("console on ", LIMIT).replaceFirst(".*console on ", "");
                Scrape metrics = Scrape.of(console, LIMIT);
                assertThat(metrics.isReady()).isTrue();
                assertThat(metrics.text()).contains("vigil_console_pages 0.0", "process_memory_rss_bytes");

                try (Chromium page = Chromium.open(directory, url)) {
                    await().atMost(LIMIT).until(() -> metrics.sum("vigil_console_pages") == 1);
                }
                await().atMost(LIMIT).until(() -> metrics.sum("vigil_console_pages") == 0);
            }
        }
    }

    @Test
    void shouldRefuseAVariableThatNoProcessKnows() throws Exception {
        try (VigilProcess console = VigilProcess.start(
                directory, Map.of("VIGIL_METRIC_PORT", "9464"), "console", "--bootstrap", "localhost:1")) {
            assertThat(console.awaitExit(LIMIT)).isEqualTo(ExitCode.USAGE.code());
            assertThat(console.output()).contains("VIGIL_METRIC_PORT").contains("VIGIL_METRICS_PORT");
        }
    }
}
