package io.vigil.streams.support;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.streams.config.Limits;
import io.vigil.streams.detection.PostProcessing;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.time.Slots;
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

    /** What is kept of the detector's boxes. */
    public PostProcessing postProcessing(Manifest.Thresholds defaults) {
        return new PostProcessing(
                scoreThreshold.orElse(defaults.score()),
                nmsIou.orElse(defaults.nmsIou()),
                maxDetections.orElse(defaults.maxDetections()));
    }

    /**
     * Which frames support a key frame.
     *
     * @param period of which the first frame is analysed
     * @throws ConfigException if a slot is no whole number of periods, or the model takes fewer support frames
     */
    public SupportSpec supports(Manifest.Temporal trained, Slots period) {
        Slots slots = Slots.ofLength(slot.orElse(trained.interval()));
        if (!slots.areMultiplesOf(period)) {
            throw new ConfigException.BadValue(
                    "detection.slot",
                    "a slot of %s is no whole number of analysis periods of %s; change it or admission.frames-per-second"
                            .formatted(slots, period));
        }
        int capacity = supportFrames.orElse(trained.frames());
        if (capacity > trained.frames()) {
            throw new ConfigException.BadValue(
                    "detection.support-frames",
                    "the model takes at most %d support frames, not %d".formatted(trained.frames(), capacity));
        }
        return new SupportSpec(slots, capacity);
    }
}
