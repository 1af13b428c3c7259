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
 * @param deadline a run that takes longer is ended
 * @param cuda the GPU that the graphs run on; empty for the processor
 */
public record InferenceConfig(int threadsPerRun, Duration deadline, Optional<CudaConfig> cuda) {

    public static InferenceConfig from(Config config) {
        return new InferenceConfig(
                Limits.integer(config, "threads-per-run", 1, 64),
                Limits.duration(config, "deadline", Duration.ofMillis(100), Duration.ofMinutes(2)),
                device(config) == Device.CUDA
                        ? Optional.of(CudaConfig.from(config.getConfig("cuda")))
                        : Optional.empty());
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
