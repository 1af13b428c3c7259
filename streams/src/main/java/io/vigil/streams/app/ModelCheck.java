package io.vigil.streams.app;

import java.util.List;

/** Tries the model packages of a configuration without Kafka. */
public final class ModelCheck {

    private ModelCheck() {}

    /**
     * Loads each model and runs it once.
     *
     * @return name and version of each
     * @throws StartRefusedException if a package is broken, or does not fit the configuration
     */
    public static List<String> models(ServiceConfig config) {
        try (Models models = Models.load(config)) {
            return models.names();
        }
    }
}
