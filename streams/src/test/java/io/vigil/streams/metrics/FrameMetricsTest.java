package io.vigil.streams.metrics;

import static io.vigil.streams.testing.FrameFixture.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.vigil.streams.testing.ServiceUnderTest;
import org.junit.jupiter.api.Test;

class FrameMetricsTest {

    @Test
    void shouldCountEveryFrameOnceByItsOutcome() {
        try (ServiceUnderTest service = ServiceUnderTest.with("")) {
            // Given: two frames to analyse, one beyond the rate, one twice, and a record that is no frame
            service.pipe(frame(0, 0))
                    .pipe(frame(1, 50))
                    .pipe(frame(2, 1000))
                    .pipe(frame(2, 1000))
                    .pipe("north".getBytes(UTF_8), "no frame".getBytes(UTF_8));

            // Then:
            MeterRegistry meters = service.meters();
            assertThat(meters.get("vigil.frames.analysed")
                            .tag("camera", "north")
                            .counter()
                            .count())
                    .isEqualTo(2);
            assertThat(skipped(meters, "rate_limited")).isEqualTo(1);
            assertThat(skipped(meters, "duplicate")).isEqualTo(1);
            assertThat(skipped(meters, "late")).isZero();
            assertThat(meters.get("vigil.dead.letters")
                            .tag("reason", "malformed")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldTimeStagesAndTellHowFullTheWindowsWere() {
        try (ServiceUnderTest service = ServiceUnderTest.with("detection.support-frames = 2")) {
            service.pipe(frame(0, 0)).pipe(frame(1, 1000)).pipe(frame(2, 2000));

            MeterRegistry meters = service.meters();
            assertThat(meters.get("vigil.stage").tag("stage", "detect").timer().count())
                    .isEqualTo(3);
            assertThat(meters.get("vigil.frame.latency").timer().count()).isEqualTo(3);
            assertThat(meters.get("vigil.window.fill").summary().count()).isEqualTo(3);
            assertThat(meters.get("vigil.window.fill").summary().max()).isEqualTo(0.5);
        }
    }

    private static double skipped(MeterRegistry meters, String reason) {
        return meters.get("vigil.frames.skipped")
                .tag("reason", reason)
                .counter()
                .count();
    }
}
