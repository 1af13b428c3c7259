package io.vigil.streams.clip;

import com.typesafe.config.Config;
import io.vigil.streams.config.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

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
}
