package io.vigil.streams.explain;

import com.typesafe.config.Config;
import io.vigil.streams.config.Limits;
import java.time.Duration;

/**
 * How questions about results are answered.
 *
 * @param enabled false: no question is
 * @param waiting questions that may wait while one is answered
 * @param idle the models for answers are released after so long without a question
 */
public record ExplainConfig(boolean enabled, int waiting, Duration idle) {

    public static ExplainConfig from(Config config) {
        return new ExplainConfig(
                config.getBoolean("enabled"),
                Limits.integer(config, "waiting", 0, 1000),
                Limits.duration(config, "idle", Duration.ofSeconds(1), Duration.ofDays(1)));
    }
}
