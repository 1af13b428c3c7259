package io.vigil.streams.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vigil.streams.testing.TestPackages;
import org.junit.jupiter.api.Test;

class StreamingModelsTest {

    @Test
    void shouldWarmAStreamingRecognizerUpAndKeepTheFramesOfItsReach() {
        ServiceConfig config = ServiceConfig.from(
                ConfigFactory.parseString("""
                detection.package = "%s"
                recognition.package = "%s"
                """.formatted(TestPackages.DETECTION, TestPackages.STREAMING_RECOGNITION)));

        try (Models models = Models.load(config)) {
            assertThat(models.names()).containsExactly("tra-test 1.0.0", "tam-streaming-test 1.0.0");
            assertThat(models.recognition().orElseThrow().clips().frames()).isEqualTo(4);
            assertThat(models.recognition().orElseThrow().clips().kept()).isEqualTo(6);
        }
    }
}
