package io.vigil.streams.inference;

import com.typesafe.config.Config;
import io.vigil.streams.config.Limits;
import java.util.Optional;

/**
 * Which GPU is used, and how.
 *
 * @param deviceId number of the GPU, as CUDA counts them
 * @param memoryLimit bytes of its memory for each graph; empty for no limit
 * @param tf32 whether products of float32 may be computed with factors rounded to 10 bits after the first
 * @param fallBack whether the processor is used, with a warning, where there is no CUDA
 */
public record CudaConfig(int deviceId, Optional<Long> memoryLimit, boolean tf32, boolean fallBack) {

    static CudaConfig from(Config config) {
        return new CudaConfig(
                Limits.integer(config, "device-id", 0, 127),
                Limits.optional(config, "memory-limit", config::getBytes),
                config.getBoolean("tf32"),
                config.getBoolean("fall-back"));
    }
}
