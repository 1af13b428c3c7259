package io.vigil.console.web.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private static final Metrics METRICS = Metrics.parse("""
            # HELP vigil_frames_dropped_total frames
            # TYPE vigil_frames_dropped_total counter
            vigil_frames_dropped_total{camera="gate",reason="QUEUE_FULL"} 3.0
            vigil_frames_dropped_total{camera="gate",reason="TOO_LARGE"} 1.0
            vigil_frames_dropped_total{camera="a \\"yard\\", {1}",reason="QUEUE_FULL"} 2.0
            process_uptime_seconds 12.5
            nothing_yet NaN
            """);

    @Test
    void valuesShouldBeSummedByLabel() {
        assertThat(METRICS.sumBy("camera", "vigil_frames_dropped_total"))
                .isEqualTo(Map.of("gate", 4.0, "a \"yard\", {1}", 2.0));
        assertThat(METRICS.sum("vigil_frames_dropped_total")).hasValue(6);
        assertThat(METRICS.sum("process_uptime_seconds")).hasValue(12.5);
    }

    @Test
    void whatIsNotMeasuredIsUnknown() {
        assertThat(METRICS.sum("nothing_yet")).isEmpty();
        assertThat(METRICS.sum("vigil_window_fill_ratio_sum")).isEmpty();
    }
}
