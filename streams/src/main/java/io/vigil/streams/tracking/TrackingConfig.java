package io.vigil.streams.tracking;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.streams.config.Limits;
import java.time.Duration;

/**
 * Which detections are followed, and for how long one may be out of sight.
 *
 * @param highScore detections from this probability on are paired with tracks first
 * @param lowScore detections from this probability on may continue a track that is left over then
 * @param newTrackScore detections from this probability on may start a track
 * @param maxLost a track without an observation for longer ends, event time
 */
public record TrackingConfig(double highScore, double lowScore, double newTrackScore, Duration maxLost) {

    public static TrackingConfig from(Config config) {
        double low = Limits.number(config, "low-score", 0, 1);
        double high = Limits.number(config, "high-score", 0, 1);
        double start = Limits.number(config, "new-track-score", 0, 1);
        if (low > high || high > start) {
            throw new ConfigException.BadValue(
                    config.origin(),
                    "tracking",
                    "low-score %s, high-score %s and new-track-score %s must not fall".formatted(low, high, start));
        }
        return new TrackingConfig(
                high, low, start, Limits.duration(config, "max-lost", Duration.ofMillis(1), Duration.ofMinutes(10)));
    }

    /** {@code maxLost} in microseconds. */
    public long maxLostMicros() {
        return maxLost.toNanos() / 1_000;
    }
}
