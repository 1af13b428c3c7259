package io.vigil.streams.admission;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.streams.config.Limits;
import io.vigil.streams.time.Slots;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * How many frames of a camera are analysed.
 *
 * @param period pieces of event time of which the first frame is analysed
 * @param maxAge frames older than this are shed; empty: none
 */
public record AdmissionConfig(Slots period, Optional<Duration> maxAge) {

    private static final int MAX_DECIMALS = 4;

    public static AdmissionConfig from(Config config) {
        String key = "frames-per-second";
        BigDecimal rate = BigDecimal.valueOf(Limits.number(config, key, 0.01, 1000));
        if (rate.stripTrailingZeros().scale() > MAX_DECIMALS) {
            throw new ConfigException.BadValue(
                    config.getValue(key).origin(),
                    key,
                    "must have at most %d decimals, is %s".formatted(MAX_DECIMALS, rate));
        }
        return new AdmissionConfig(
                Slots.perSecond(rate),
                Limits.optional(
                        config,
                        "max-age",
                        path -> Limits.duration(config, path, Duration.ofMillis(100), Duration.ofDays(365))));
    }
}
