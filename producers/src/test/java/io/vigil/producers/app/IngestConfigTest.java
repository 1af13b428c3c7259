package io.vigil.producers.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.capture.CaptureSettings;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.topic.CameraId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestConfigTest {

    private static final String CAMERA = "cameras = [{ id = yard, source = yard.mp4 }]\n";

    @Test
    void shouldHaveTheDocumentedDefaults() {
        IngestConfig config = parse(CAMERA);

        CameraConfig camera = CameraConfig.of(new CameraId("yard"), SourceUri.parse("yard.mp4"));
        assertThat(config).isEqualTo(IngestConfig.of(List.of(camera), "localhost:9092"));
        assertThat(config.capture())
                .isEqualTo(new CaptureSettings(
                        Duration.ofSeconds(10),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30)));
        assertThat(config.queueFrames()).isEqualTo(32);
        assertThat(config.flushTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void shouldMapEveryKey() {
        IngestConfig config = parse("""
                cameras = [{ id = yard, source = yard.mp4, frame-rate = 7.5, width = 640, quality = 70, loop = true }]
                ingest { stall-timeout = 3 s, queue-frames = 5, flush-timeout = 1 s
                         retry { first = 1 s, max = 4 s, healthy-after = 9 s } }
                kafka { bootstrap.servers = "kafka:9092", "linger.ms" = 7 }
                """);

        assertThat(config.cameras())
                .containsExactly(new CameraConfig(
                        new CameraId("yard"),
                        SourceUri.parse("yard.mp4"),
                        7.5,
                        640,
                        70,
                        true,
                        Pacing.REALTIME,
                        FrameEncoding.JPEG));
        assertThat(config.capture())
                .isEqualTo(new CaptureSettings(
                        Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofSeconds(9)));
        assertThat(config.queueFrames()).isEqualTo(5);
        assertThat(config.flushTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.producer().values())
                .containsEntry("bootstrap.servers", "kafka:9092")
                .containsEntry("linger.ms", 7)
                .containsEntry("acks", "all");
    }

    @Test
    void shouldGiveTheDefaultsOfTheIngestBlockToTheCamerasTheyConcern() {
        IngestConfig config = parse("""
                cameras = [{ id = file, source = yard.mp4 }, { id = net, source = "rtsp://10.0.0.5/s", quality = 60 }]
                ingest { quality = 90, loop = true }
                """);

        assertThat(config.cameras()).extracting(CameraConfig::loop).containsExactly(true, false);
        assertThat(config.cameras()).extracting(CameraConfig::quality).containsExactly(90, 60);
    }

    @Test
    void shouldNotLimitWhatPassesAsItIsByTheDefaultsForOthers() {
        IngestConfig config = parse("""
                cameras = [{ id = jpeg, source = yard.mp4, encoding = jpeg }, { id = h264, source = "rtsp://10.0.0.5/s" },
                           { id = pattern, source = "testpattern:" }]
                ingest { frame-rate = 5, width = 640, encoding = h264 }
                """);

        assertThat(config.cameras())
                .extracting(CameraConfig::encoding)
                .containsExactly(FrameEncoding.JPEG, FrameEncoding.H264, FrameEncoding.JPEG);
        assertThat(config.cameras()).extracting(CameraConfig::frameRate).containsExactly(5.0, 0.0, 5.0);
        assertThat(config.cameras()).extracting(CameraConfig::width).containsExactly(640, 0, 640);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cameras = []                                              | no cameras",
                "camera = [{ id = a, source = b }]                         | did you mean cameras",
                "cameras = [{ id = a, source = b, qualty = 3 }]            | no such key, did you mean quality",
                "cameras = [{ id = a, source = b }], ingest.stal-timeout=1 | did you mean ingest.stall-timeout",
                "cameras = [{ id = a, source = b, quality = 0 }]           | camera a: quality must be 1 to 100: 0",
                "cameras = [{ id = a, source = b, width = 3 }]             | camera a: width must be 0 (as is) or 16",
                "cameras = [{ id = a, source = b, frame-rate = fast }]     | camera a",
                "cameras = [{ id = a, source = b, pacing = slow }]         | camera a: pacing must be realtime or unpaced: slow",
                "cameras = [{ id = a, source = '/dev/video0', loop = true }]| camera a: loop is for files",
                "cameras = [{ id = a, source = 'http://h/x', pacing = unpaced }]| camera a: pacing unpaced is for files",
                "cameras = [{ id = a, source = b, encoding = h265 }]       | camera a: encoding must be jpeg or h264: h265",
                "cameras = [{ id = a, source = b, encoding = h264, width = 640 }] | camera a: width must be 0 with encoding h264",
                "cameras = [{ id = a, source = b, encoding = h264, frame-rate = 5 }] | camera a: frame-rate must be 0 with encoding h264",
                "cameras = [{ id = a, source = 'testpattern:', encoding = h264 }] | camera a: encoding h264 is for sources that are H.264",
                "cameras = [{ id = a, source = 'concat:x' }]               | camera a: scheme concat: is not allowed",
                "cameras = [{ id = a/b, source = b }]                      | camera id must be",
                "cameras = [{ source = b }]                                | cameras[0]",
                "cameras = [{ id = a, source = b }, { id = a, source = c }]| camera a is configured twice",
                "cameras = [{ id = a, source = b }], kafka.acks = 1        | kafka.acks is always all",
                "cameras = [{ id = a, source = b }], kafka.linger.ms = x   | kafka: Invalid value x",
                "cameras = [{ id = a, source = b }], kafka.bootstrap.servers = kafka | must be host:port",
                "cameras = [{ id = a, source = b }], ingest.queue-frames = 0 | queue-frames must be 1 to 10000: 0",
            })
    void shouldRefuseWithASentenceThatNamesCameraAndKey(String config, String sentence) {
        assertThatThrownBy(() -> parse(config.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void shouldNotShowPasswordsWhenItRefuses() {
        assertThatThrownBy(() -> parse("cameras = [{ id = a, source = \"ftp://u:hunter2@h/x\" }]"))
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> parse("cameras = [{ id = a, source = \"rtsp://u:hunter2@h/x\", loop = true }]"))
                .hasMessageContaining("rtsp://***@h/x")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void shouldNotShowSecretsWhenItIsLogged() {
        IngestConfig config = parse("""
                cameras = [{ id = a, source = "rtsp://u:hunter2@h/x" }]
                kafka { sasl.jaas.config = "password=hunter3" }
                """);

        assertThat(config.toString()).contains("rtsp://***@h/x").doesNotContain("hunter");
    }

    @Test
    void shouldNameTheFileThatItCannotRead(@TempDir Path folder) throws Exception {
        Path broken = Files.writeString(folder.resolve("cameras.conf"), "cameras = [");

        assertThatThrownBy(() -> IngestConfig.load(broken)).hasMessageContaining("cameras.conf");
        assertThatThrownBy(() -> IngestConfig.load(folder.resolve("none.conf"))).hasMessageContaining("none.conf");
    }

    private static IngestConfig parse(String text) {
        return IngestConfig.from(ConfigFactory.parseString(text).resolve());
    }
}
