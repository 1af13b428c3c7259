package io.vigil.streams.clip;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.streams.config.Limits;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.time.Slots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How clips are sampled; an empty value is the model package's own.
 *
 * @param modelPackage directory of the model package
 * @param stride sampling interval, event time
 * @param hop samples from one clip to the next
 * @param maxGap a longer pause between two samples starts a new window, event time; empty: three strides
 * @param topK labels per clip
 */
public record RecognitionConfig(
        Path modelPackage, Optional<Duration> stride, int hop, Optional<Duration> maxGap, int topK) {

    private static final Logger LOG = LoggerFactory.getLogger(RecognitionConfig.class);
    private static final int DEFAULT_MAX_GAP_STRIDES = 3;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    public static RecognitionConfig from(Config config) {
        return new RecognitionConfig(
                Path.of(config.getString("package")),
                Limits.optional(config, "stride", key -> Limits.duration(config, key, SHORTEST, LONGEST)),
                Limits.integer(config, "hop", 1, 1000),
                Limits.optional(config, "max-gap", key -> Limits.duration(config, key, SHORTEST, LONGEST)),
                Limits.integer(config, "top-k", 1, 1000));
    }

    /**
     * How clips are sampled.
     *
     * @param period of which the first frame is analysed
     * @throws ConfigException if the largest gap is shorter than a stride, or is given and shorter than a period; of three strides that are
     *     shorter than a period the log tells
     */
    public ClipSpec clips(Manifest.Temporal trained, Slots period) {
        Duration interval = stride.orElse(trained.interval());
        Duration gap = maxGap.orElse(interval.multipliedBy(DEFAULT_MAX_GAP_STRIDES));
        if (gap.compareTo(interval) < 0) {
            throw new ConfigException.BadValue(
                    "recognition.max-gap",
                    "a gap of %d ms is shorter than a stride of %d ms".formatted(gap.toMillis(), interval.toMillis()));
        }
        if (period.areLongerThan(gap)) {
            String sentence =
                    "a gap of %d ms is shorter than an analysis period of %s, so no clip will ever be full; raise it, recognition.stride or admission.frames-per-second"
                            .formatted(gap.toMillis(), period);
            if (maxGap.isPresent()) {
                throw new ConfigException.BadValue("recognition.max-gap", sentence);
            }
            LOG.warn("no action will be recognized: recognition.max-gap: {}", sentence);
        }
        return new ClipSpec(Slots.ofLength(interval), trained.frames(), hop, gap, trained.kept());
    }
}
