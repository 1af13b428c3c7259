package io.vigil.streams.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.testing.LogLines;
import io.vigil.streams.time.Slots;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecognitionConfigTest {

    private static final Manifest.Temporal EVERY_250_MS = new Manifest.Temporal(8, 250, null);

    @Test
    void shouldTakeThePackagesIntervalAndThreeOfThemAsGap() {
        ClipSpec clips = clips("", "15");

        assertThat(clips.strides()).hasToString("250 ms");
        assertThat(clips.maxGap()).isEqualTo(Duration.ofMillis(750));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | max-gap = 900 ms | a gap of 900 ms is shorter than an analysis period of 1000 ms",
                "0.5 | stride = 500 ms, max-gap = 1500 ms | a gap of 1500 ms is shorter than an analysis period of 2000 ms"
            })
    void shouldRefuseGapsThatEveryPairOfAnalysedFramesExceeds(String rate, String lines, String sentence) {
        assertThatThrownBy(() -> clips(lines, rate))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("recognition.max-gap")
                .hasMessageContaining(sentence)
                .hasMessageContaining("raise it, recognition.stride or admission.frames-per-second");
    }

    @Test
    void shouldTellOfTheDefaultGapWhenEveryPairOfAnalysedFramesExceedsIt() {
        try (LogLines log = LogLines.of(RecognitionConfig.class)) {
            assertThat(clips("", "1").maxGap()).isEqualTo(Duration.ofMillis(750));

            assertThat(log.messages())
                    .singleElement(STRING)
                    .contains(
                            "no action will be recognized",
                            "a gap of 750 ms is shorter than an analysis period of 1000 ms");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-gap = 1 s", "stride = 1 s"})
    void shouldSampleOneFrameASecondWhenItIsToldSo(String line) {
        assertThat(clips(line, "1").maxGap()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void shouldRefuseAGapShorterThanAStride() {
        assertThatThrownBy(() -> clips("max-gap = 200 ms", "15"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a gap of 200 ms is shorter than a stride of 250 ms");
    }

    private static ClipSpec clips(String lines, String rate) {
        RecognitionConfig config = RecognitionConfig.from(ConfigFactory.parseString(lines)
                .withFallback(ConfigFactory.parseString("package = tam, hop = 4, top-k = 5")));
        return config.clips(EVERY_250_MS, Slots.perSecond(new BigDecimal(rate)));
    }
}
