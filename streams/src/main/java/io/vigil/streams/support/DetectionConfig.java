package io.vigil.streams.support;

import com.typesafe.config.Config;
import io.vigil.streams.config.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is detected, and with which support frames; an empty value is the model package's own.
 *
 * @param modelPackage directory of the model package
 * @param slot length of a support slot, event time
 * @param supportFrames slots in the window
 * @param scoreThreshold the least score of a detection, 0 to 1
 * @param nmsIou intersection over union above which the worse of two boxes is dropped, 0 to 1
 * @param maxDetections the most detections of a frame
 */
public record DetectionConfig(
        Path modelPackage,
        Optional<Duration> slot,
        Optional<Integer> supportFrames,
        Optional<Double> scoreThreshold,
        Optional<Double> nmsIou,
        Optional<Integer> maxDetections) {

    public static DetectionConfig from(Config config) {
        return new DetectionConfig(
                Path.of(config.getString("package")),
                Limits.optional(
                        config, "slot", key -> Limits.duration(config, key, Duration.ofMillis(1), Duration.ofDays(1))),
                Limits.optional(config, "support-frames", key -> Limits.integer(config, key, 1, 64)),
                Limits.optional(config, "score-threshold", key -> Limits.number(config, key, 0, 1)),
                Limits.optional(config, "nms-iou", key -> Limits.number(config, key, 0, 1)),
                Limits.optional(config, "max-detections", key -> Limits.integer(config, key, 1, 10_000)));
    }
}
