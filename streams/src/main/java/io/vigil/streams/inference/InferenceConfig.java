package io.vigil.streams.inference;

import com.typesafe.config.Config;
import io.vigil.streams.config.Limits;
import java.time.Duration;

/**
 * How models are run.
 *
 * @param threadsPerRun threads for one run, the calling one included
 * @param deadline a run that takes longer is ended
 */
public record InferenceConfig(int threadsPerRun, Duration deadline) {

    public static InferenceConfig from(Config config) {
        return new InferenceConfig(
                Limits.integer(config, "threads-per-run", 1, 64),
                Limits.duration(config, "deadline", Duration.ofMillis(100), Duration.ofMinutes(2)));
    }
}
