package io.vigil.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.console.process.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VigilTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldListEveryCommandWithOneDescription() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString())
                .contains(
                        "demo ",
                        "ingest ",
                        "serve ",
                        "sink ",
                        "console ",
                        "topics ",
                        "broker ",
                        "doctor ",
                        "export ",
                        "bench ",
                        "test ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"demo", "ingest", "serve", "sink", "console", "topics", "broker", "doctor", "export", "bench"})
    void everyCommandShouldHaveExamples(String command) {
        assertThat(run(command, "--help")).isZero();

        assertThat(out.toString()).contains("Examples:", "vigil " + command);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo --durtion 3s | --duration",
                "demo --duration 30 | unit",
                "demo --duration 0s | longer than 0",
                "demo --input concat:a | scheme concat",
                "demo --input rtsp://u:secret@h/1 --unpaced | has no end",
                "demo --input testpattern: --input testpattern: --cameras 1 | less than the 2 inputs",
                "demo --port 70000 | 0 to 65535",
                "demo --metrics-port 70000 | 0 to 65535",
                "broker --port 70000 | 0 to 65535",
                "broker --port kafka | 0 to 65535",
                "broker --partitions 0 | at least 1",
                "topics | create, describe or list",
                "topics create | --bootstrap",
                "topics create --bootstrap h:1 --partitions 0 | at least 1",
                "ingest | --config",
                "console | --bootstrap",
                "console --bootstrap 127.0.0.1:1 --service-metrics ftp://h/metrics | URL of /metrics",
                "console --bootstrap 127.0.0.1:1 --port 70000 | 0 to 65535",
                "console --bootstrap 127.0.0.1:1 --metrics-port=-1 | 0 to 65535",
                "bench --seconds 1s | at least 2s",
                "bench --seconds 8s --commit-interval 1s | a tenth of --seconds at most",
                "bench --loads 0 | above 0",
                "export --bootstrap h:1 --from yesterday --out a | 15m for so long ago",
                "export --bootstrap h:1 --from 1m --to 2m --out a | is not before --to",
                "export --bootstrap h:1 --from 1m --format avi --out a | coco-vid",
                "nonsense | nonsense"
            })
    void wrongCommandLineShouldSayWhatToChange(String line, String hint) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCode.USAGE.code());

        assertThat(err.toString()).startsWith("vigil: ").contains(hint).doesNotContain("secret", "\tat ");
    }

    @Test
    void missingVideoShouldBeNamedBeforeAnythingStarts() {
        assertThat(run("demo", "--input", "no/such/video.mp4")).isEqualTo(ExitCode.UNAVAILABLE.code());

        assertThat(err.toString()).contains("no/such/video.mp4", "--input");
    }

    @Test
    void misspeltKeyOfTheServiceShouldBeNamed(@TempDir Path directory) throws Exception {
        Path config = Files.writeString(directory.resolve("service.conf"), "comit-interval = 1 s");

        assertThat(run("serve", "--config", config.toString())).isEqualTo(ExitCode.USAGE.code());

        assertThat(err.toString()).contains("comit-interval", "did you mean commit-interval");
    }

    @Test
    void brokenCameraFileShouldBeNamed(@TempDir Path directory) throws Exception {
        Path config = Files.writeString(directory.resolve("cameras.conf"), "cameras = [ { id = a } ]");

        assertThat(run("ingest", "--config", config.toString())).isEqualTo(ExitCode.USAGE.code());

        assertThat(err.toString()).contains("cameras.conf", "camera a", "source");
    }

    @Test
    void configurationInForceShouldBePrintedWithItsOriginsAndWithoutSecrets(@TempDir Path directory) throws Exception {
        Path config = Files.writeString(
                directory.resolve("cameras.conf"),
                "cameras = [ { id = gate, source = \"rtsp://u:hunter2@h/1\" } ]\nkafka.sasl.jaas.config = hunter2");

        assertThat(run("ingest", "--config", config.toString(), "--bootstrap", "kafka:9092", "--print-config"))
                .isZero();

        assertThat(out.toString())
                .contains("kafka.bootstrap.servers = \"kafka:9092\"  # --bootstrap", "ingest.quality = 85", "gate")
                .doesNotContain("hunter2");
    }

    @Test
    void sinksInForceShouldBePrintedWithoutSecrets(@TempDir Path directory) throws Exception {
        Path config = Files.writeString(directory.resolve("sinks.conf"), """
                sinks = [ { name = hook, webhook { uri = "https://h/x", secret = "hunter2-hunter2-hunter2" } } ]
                """);

        assertThat(run("sink", "--config", config.toString(), "--print-config")).isZero();

        assertThat(out.toString())
                .contains(
                        "sinks[0].name = \"hook\"",
                        "sinks[0].webhook.secret = \"***\"",
                        "metrics.address = \"127.0.0.1\"")
                .doesNotContain("hunter2");
    }

    private int run(String... arguments) {
        return Vigil.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
