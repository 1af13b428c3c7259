package io.vigil.console.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import io.vigil.console.testing.Places;
import io.vigil.producers.app.IngestConfig;
import io.vigil.sinks.app.SinkConfig;
import io.vigil.streams.app.ServiceConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference page follows from the reference configurations. */
class ConfigurationPageTest {

    private static final Path PAGE = Places.HOME.resolve("docs/configuration.md");
    private static final String UPDATE = "vigil.update-docs";

    private static final String HEAD = """
            # Configuration

            <!-- generated from the reference configurations; update with: mvn test -pl console -am -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dvigil.update-docs -->

            One HOCON file per process, given with `--config`. Options of the command line win over variables of the environment,
            those over the file, and the file over the defaults. A key or a `VIGIL_` variable that does not exist refuses the start and names
            the one that was meant. `--print-config` of `serve`, `ingest` and `sink` prints what would be in force, secrets masked, and where each value comes from.

            Settings of the Kafka clients go into the `kafka` block unchanged, or into variables: `VIGIL_KAFKA_SASL_MECHANISM` is
            `kafka.sasl.mechanism`. `VIGIL_JAVA_OPTS` is for the Java machine, `VIGIL_LOG_FORMAT` is `text` or `json`.
            """;

    @Test
    void pageShouldBeUpToDate() throws Exception {
        String page = HEAD
                + table("serve", ServiceConfig.reference())
                + table("ingest", IngestConfig.reference())
                + table("sink", SinkConfig.reference())
                + table("console", ConsoleKeys.reference());
        if (System.getProperty(UPDATE) != null) {
            Files.writeString(PAGE, page);
        }

        assertThat(PAGE).content().as("run this test with -D" + UPDATE).isEqualTo(page);
    }

    @Test
    void everyKeyShouldBeExplained() {
        for (Config reference : List.of(
                ServiceConfig.reference(), IngestConfig.reference(), SinkConfig.reference(), ConsoleKeys.reference())) {
            assertThat(ConfigKey.allOf(reference))
                    .allSatisfy(
                            key -> assertThat(key.explanation()).as(key.path()).isNotBlank());
        }
    }

    private static String table(String process, Config reference) {
        return ConfigKey.allOf(reference).stream()
                .map(ConfigurationPageTest::row)
                .collect(Collectors.joining("\n", """

                        ## `vigil %s`

                        | key | default | variable | |
                        |---|---|---|---|
                        """.formatted(process), "\n"));
    }

    private static String row(ConfigKey key) {
        return "| `%s` | `%s` | %s | %s |"
                .formatted(
                        key.path(),
                        key.defaultValue(),
                        key.hasVariable() ? "`" + key.variable() + "`" : "",
                        key.explanation().replace("|", "\\|"));
    }
}
