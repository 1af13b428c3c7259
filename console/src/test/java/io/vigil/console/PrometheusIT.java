package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.testing.Places;
import io.vigil.console.testing.Prometheus;
import io.vigil.console.testing.Scrape;
import io.vigil.console.testing.VigilProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboard and alerts speak of metrics that a running demo with a sink beside it has. */
class PrometheusIT {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Path DASHBOARD = Places.HOME.resolve("docker/grafana/dashboards/vigil.json");
    private static final Path ALERTS = Places.HOME.resolve("docker/prometheus/alerts.yml");
    private static final Pattern ALERT = Pattern.compile("^ +expr: (.+) [<>] [0-9.e]+$");

    @TempDir
    private Path directory;

    @Test
    void everyExpressionOfDashboardAndAlertsShouldHaveAValue() throws Exception {
        List<String> expressions = new ArrayList<>(compared());
        expressions.addAll(shown());
        assertThat(expressions).hasSizeGreaterThan(30);

        try (VigilProcess demo = VigilProcess.start(
                directory,
                "demo",
                "--headless",
                "--input",
                "testpattern:rate=5",
                "--cameras",
                "2",
                "--metrics-port",
                "0",
                "--detector",
                Places.TEST_DETECTOR.toString(),
                "--recognizer",
                Places.TEST_RECOGNIZER.toString())) {
            Scrape metrics = Scrape.of(demo, START_LIMIT);
            await().atMost(START_LIMIT).until(metrics::isReady);
            try (VigilProcess sink =
                            sink(demo.awaitLine("broker ready on", START_LIMIT).replaceAll(".* on ", ""));
                    Prometheus prometheus = Prometheus.start(directory, metrics, Scrape.of(sink, START_LIMIT))) {
                for (String expression : expressions) {
                    await(expression)
                            .atMost(Duration.ofSeconds(90))
                            .pollInterval(Duration.ofMillis(500))
                            .until(() -> prometheus.hasValue(expression));
                }
                for (JsonNode group : prometheus.rules()) {
                    assertThat(group.path("rules")).hasSize(compared().size()).allSatisfy(rule -> assertThat(
                                    rule.path("health").asText())
                            .isEqualTo("ok"));
                }
            }
            demo.terminate();
            assertThat(demo.awaitExit(Duration.ofSeconds(60))).as(demo.output()).isZero();
        }
    }

    private VigilProcess sink(String bootstrap) throws Exception {
        Path config = Files.writeString(directory.resolve("sinks.conf"), """
                sinks = [ { name = desk, webhook { uri = "http://localhost:1/hook", secret = a-secret-of-twenty-letters } } ]
                """);
        return VigilProcess.start(
                directory, "sink", "--config", config.toString(), "--bootstrap", bootstrap, "--metrics-port", "0");
    }

    /** What alerts compare with a number: an alert itself has no value while all is well. */
    private static List<String> compared() throws Exception {
        List<String> lines = Files.readAllLines(ALERTS).stream()
                .filter(line -> line.strip().startsWith("expr:"))
                .toList();
        assertThat(lines).isNotEmpty().allMatch(line -> ALERT.matcher(line).matches());
        return lines.stream()
                .map(ALERT::matcher)
                .filter(Matcher::matches)
                .map(alert -> alert.group(1))
                .toList();
    }

    private static List<String> shown() throws Exception {
        return new ObjectMapper().readTree(DASHBOARD.toFile()).findValuesAsText("expr");
    }
}
