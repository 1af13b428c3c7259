package io.vigil.streams.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.vigil.streams.admission.AdmissionConfig;
import io.vigil.streams.clip.RecognitionConfig;
import io.vigil.streams.explain.ExplainConfig;
import io.vigil.streams.frame.FrameLimits;
import io.vigil.streams.frame.GroupLimits;
import io.vigil.streams.inference.CudaConfig;
import io.vigil.streams.inference.InferenceConfig;
import io.vigil.streams.rules.CameraRules;
import io.vigil.streams.rules.RulesConfig;
import io.vigil.streams.support.DetectionConfig;
import io.vigil.streams.tracking.TrackingConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceConfigTest {

    private static final String REQUIRED = "detection.package = models/tra\n";

    @Test
    void shouldHaveDefaults() {
        ServiceConfig config = config("");

        assertThat(config.applicationId()).isEqualTo("vigil");
        assertThat(config.bootstrapServers()).isEqualTo("localhost:9092");
        assertThat(config.stateDirectory()).isEqualTo(Path.of(System.getProperty("java.io.tmpdir"), "vigil-state"));
        assertThat(config.streamThreads()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(config.processingGuarantee()).isEqualTo("exactly_once_v2");
        assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(config.silence()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.frames())
                .isEqualTo(new FrameLimits(4 * 1024 * 1024, 7680 * 4320, new GroupLimits(600, 32 << 20)));
        assertThat(config.admission().period()).hasToString("66.667 ms");
        assertThat(config.admission().maxAge()).isEmpty();
        assertThat(config.detection())
                .isEqualTo(new DetectionConfig(
                        Path.of("models/tra"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(config.tracking()).isEqualTo(new TrackingConfig(0.5, 0.1, 0.6, Duration.ofSeconds(2)));
        assertThat(config.recognition()).isEmpty();
        assertThat(config.rules()).isEqualTo(new RulesConfig(0.02, Map.of()));
        int cores = Runtime.getRuntime().availableProcessors();
        assertThat(config.inference())
                .isEqualTo(new InferenceConfig(1, Math.min(cores, 4), true, Duration.ofSeconds(10), Optional.empty()));
        assertThat(config.explain()).isEqualTo(new ExplainConfig(true, 4, Duration.ofMinutes(1)));
        assertThat(config.kafka()).isEmpty();
    }

    @Test
    void shouldReadEveryKey() {
        ServiceConfig config = config("""
                application-id = other
                bootstrap-servers = "a:1,b:2"
                state-directory = /var/lib/vigil
                stream-threads = 3
                processing-guarantee = at_least_once
                commit-interval = 50 ms
                silence = 1 h
                frames { max-pixels = 1000, max-size = 64 KiB, max-group = 50, max-group-size = 8 MiB }
                admission { frames-per-second = 7.5, max-age = 2 s }
                detection {
                  slot = 500 ms, support-frames = 4, score-threshold = 0.4, nms-iou = 0.6, max-detections = 7
                }
                tracking { high-score = 0.4, low-score = 0.2, new-track-score = 0.7, max-lost = 5 s }
                recognition { package = models/tam, stride = 125 ms, hop = 2, max-gap = 1 s, top-k = 3 }
                rules { margin = 0.05, cameras = [ { id = yard, silent-after = 30 s } ] }
                inference {
                  threads-per-run = 2, threads-when-alone = 3, look-ahead = false, deadline = 1 m, device = cuda
                  cuda { device-id = 1, memory-limit = 2 GiB, tf32 = true, fall-back = true }
                }
                explain { enabled = false, waiting = 9, idle = 10 m }
                kafka { security.protocol = SSL, "consumer.session.timeout.ms" = 20000 }
                """);

        AdmissionConfig admission = config.admission();
        assertThat(config)
                .isEqualTo(new ServiceConfig(
                        "other",
                        "a:1,b:2",
                        Path.of("/var/lib/vigil"),
                        3,
                        "at_least_once",
                        Duration.ofMillis(50),
                        Duration.ofHours(1),
                        new FrameLimits(64 * 1024, 1000, new GroupLimits(50, 8 << 20)),
                        admission,
                        new DetectionConfig(
                                Path.of("models/tra"),
                                Optional.of(Duration.ofMillis(500)),
                                Optional.of(4),
                                Optional.of(0.4),
                                Optional.of(0.6),
                                Optional.of(7)),
                        new TrackingConfig(0.4, 0.2, 0.7, Duration.ofSeconds(5)),
                        Optional.of(new RecognitionConfig(
                                Path.of("models/tam"),
                                Optional.of(Duration.ofMillis(125)),
                                2,
                                Optional.of(Duration.ofSeconds(1)),
                                3)),
                        new RulesConfig(
                                0.05,
                                Map.of(
                                        "yard",
                                        new CameraRules(
                                                List.of(), List.of(), List.of(), Optional.of(Duration.ofSeconds(30))))),
                        new InferenceConfig(
                                2,
                                3,
                                false,
                                Duration.ofMinutes(1),
                                Optional.of(new CudaConfig(1, Optional.of(2L << 30), true, true))),
                        new ExplainConfig(false, 9, Duration.ofMinutes(10)),
                        Map.of("security.protocol", "SSL", "consumer.session.timeout.ms", "20000")));
        assertThat(admission.period()).hasToString("133.333 ms");
        assertThat(admission.maxAge()).contains(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource({
        "aplication-id, application-id",
        "detection.slots, detection.slot",
        "admission.frames-per-seconds, admission.frames-per-second"
    })
    void shouldSuggestTheKeyThatWasMeant(String key, String meant) {
        assertThatThrownBy(() -> config(key + " = 1"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no such key, did you mean %s?".formatted(meant));
    }

    @Test
    void shouldNotGuessWhatNobodyCouldHaveMeant() {
        assertThatThrownBy(() -> config("colour-of-the-logo = red"))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("no such key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stream-threads = 0 | must be from 1 to 256, is 0",
                "processing-guarantee = exactly_once | must be exactly_once_v2 or at_least_once, is exactly_once",
                "commit-interval = 1 ms | must be from 10 ms to 60000 ms, is 1 ms",
                "silence = 1 s | must be from 10000 ms",
                "frames.max-pixels = 0 | must be from 1 to 268435456, is 0",
                "frames.max-size = 5 MiB | must be from 1024 to 4194304 bytes, is 5242880",
                "admission.frames-per-second = 0 | must be from 0.01 to 1000.0, is 0.0",
                "admission.frames-per-second = 3.33333 | must have at most 4 decimals, is 3.33333",
                "admission.max-age = 1 ms | must be from 100 ms",
                "detection.support-frames = 65 | must be from 1 to 64, is 65",
                "detection.score-threshold = 2 | must be from 0.0 to 1.0, is 2.0",
                "detection.slot = soon | slot",
                "tracking.high-score = 0.7 | must not fall",
                "tracking.max-lost = 0 ms | must be from 1 ms to 600000 ms, is 0 ms",
                "inference.deadline = 3 m | must be from 100 ms to 120000 ms, is 180000 ms",
                "explain.waiting = -1 | must be from 0 to 1000, is -1"
            })
    void shouldRefuseWhatIsBeyondItsLimits(String line, String sentence) {
        assertThatThrownBy(() -> config(line))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "admission.frames-per-second = 0.4 | tracking.max-lost | 2000 ms do not outlast an analysis period of 2500 ms",
                "admission.frames-per-second = 1, tracking.max-lost = 999 ms | tracking.max-lost | 999 ms do not outlast",
                "admission.frames-per-second = 0.1, tracking.max-lost = 1 m, silence = 10 s | silence | 10000 ms do not outlast"
            })
    void shouldRefuseTimesThatRunOutBetweenAnalysedFrames(String lines, String key, String sentence) {
        assertThatThrownBy(() -> config(lines))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("at '%s'", key)
                .hasMessageContaining(sentence)
                .hasMessageContaining("raise admission.frames-per-second");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "admission.frames-per-second = 1, tracking.max-lost = 1 s",
                "admission.frames-per-second = 0.01, tracking.max-lost = 10 m"
            })
    void shouldTakeTimesThatOutlastTheAnalysisPeriod(String lines) {
        assertThat(config(lines)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application.id = other | application-id, which is vigil",
                "bootstrap.servers = \"elsewhere:9092\" | bootstrap-servers, which is localhost:9092",
                "main.consumer.bootstrap.servers = \"elsewhere:9092\" | bootstrap-servers, which is localhost:9092",
                "state.dir = /var/lib/other | state-directory, which is null",
                "num.stream.threads = 1 | stream-threads, which is null",
                "processing.guarantee = at_least_once | processing-guarantee, which is exactly_once_v2"
            })
    void shouldRefuseSettingsOfKafkaThatContradictItsOwnKeys(String setting, String key) {
        assertThatThrownBy(() -> config("kafka." + setting))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kafka." + setting.substring(0, setting.indexOf(' ')))
                .hasMessageContaining("contradicts %s; set that one and remove this", key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"streams", "consumer", "STREAMS"})
    void shouldRefuseOtherGroupsThanClassicOnes(String protocol) {
        assertThatThrownBy(() -> config("kafka.group.protocol = " + protocol))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kafka.group.protocol")
                .hasMessageContaining("must be classic");
    }

    /** As when the ingest beside it takes the same variables of the environment. */
    @Test
    void shouldTakeSettingsOfKafkaThatRepeatItsOwnKeys() {
        assertThat(config("""
                        bootstrap-servers = "kafka:9092"
                        stream-threads = 2
                        kafka { "bootstrap.servers" = "kafka:9092", num.stream.threads = 2, group.protocol = classic }
                        """).kafka())
                .containsOnly(
                        entry("bootstrap.servers", "kafka:9092"),
                        entry("num.stream.threads", "2"),
                        entry("group.protocol", "classic"));
    }

    @Test
    void shouldInsistOnADetector() {
        assertThatThrownBy(() -> ServiceConfig.from(ConfigFactory.empty()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("detection.package");
    }

    private static ServiceConfig config(String hocon) {
        return ServiceConfig.from(ConfigFactory.parseString(REQUIRED + hocon));
    }
}
