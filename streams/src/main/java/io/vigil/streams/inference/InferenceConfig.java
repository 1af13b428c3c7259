package io.vigil.streams.inference;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.streams.config.Limits;
import java.time.Duration;
import java.util.Optional;

/**
 * How models are run.
 *
 * @param threadsPerRun threads for one run, the calling one included
 * @param threadsWhenAlone the same for a run that begins while this process does no other
 * @param lookAhead whether frames are begun before their turn while cores are idle
 * @param deadline a run that takes longer is ended
 * @param cuda the GPU that the graphs run on; empty for the processor
 */
public record InferenceConfig(
        int threadsPerRun, int threadsWhenAlone, boolean lookAhead, Duration deadline, Optional<CudaConfig> cuda) {

    private static final int MOST_THREADS = 64;

    /** Beyond it, more cores make one run hardly faster. */
    private static final int USEFUL_THREADS = 4;

    public static InferenceConfig from(Config config) {
        int threads = Limits.integer(config, "threads-per-run", 1, MOST_THREADS);
        return new InferenceConfig(
                threads,
                Limits.optional(config, "threads-when-alone", key -> Limits.integer(config, key, threads, MOST_THREADS))
                        .orElseGet(() -> Math.max(threads, Math.min(cores(), USEFUL_THREADS))),
                config.getBoolean("look-ahead"),
                Limits.duration(config, "deadline", Duration.ofMillis(100), Duration.ofMinutes(2)),
                device(config) == Device.CUDA
                        ? Optional.of(CudaConfig.from(config.getConfig("cuda")))
                        : Optional.empty());
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static Device device(Config config) {
        String name = config.getString("device");
        for (Device device : Device.values()) {
            if (device.toString().equals(name)) {
                return device;
            }
        }
        throw new ConfigException.BadValue(
                config.getValue("device").origin(), "device", "must be cpu or cuda, is " + name);
    }
}
