package io.vigil.streams.app;

import io.vigil.streams.inference.Device;
import java.util.List;

/** Tries the model packages of a configuration without Kafka. */
public final class ModelCheck {

    /**
     * Models that load and run.
     *
     * @param names name and version of each
     * @param device what they run on
     */
    public record Sound(List<String> names, Device device) {}

    private ModelCheck() {}

    /**
     * Loads each model and runs it once.
     *
     * @throws StartRefusedException if a package is broken, does not fit the configuration, or its device is not there
     */
    public static Sound models(ServiceConfig config) {
        try (Models models = Models.load(config)) {
            return new Sound(models.names(), models.device());
        }
    }
}
