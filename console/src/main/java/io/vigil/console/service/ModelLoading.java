package io.vigil.console.service;

import com.typesafe.config.Config;
import io.vigil.streams.app.Models;
import io.vigil.streams.app.ServiceConfig;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Loads and warms up the models of a service in the background, while its broker starts. */
public final class ModelLoading implements AutoCloseable {

    private final CompletableFuture<Models> models;
    private boolean taken;

    private ModelLoading(CompletableFuture<Models> models) {
        this.models = models;
    }

    /**
     * Begins to load; what goes wrong is told when the service starts.
     *
     * @param config of the service; where Kafka is does not matter yet
     */
    public static ModelLoading begin(Config config) {
        return new ModelLoading(CompletableFuture.supplyAsync(() -> Models.load(ServiceConfig.from(config))));
    }

    /** Waits for the models, which are the caller's from now on; throws what the loading threw. */
    Models take() {
        taken = true;
        try {
            return models.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException reason ? reason : e;
        }
    }

    /** Waits for the loading to end, and releases the models if nobody has taken them. */
    @Override
    public void close() {
        if (taken) {
            return;
        }
        models.handle((loaded, failure) -> {
                    if (loaded != null) {
                        loaded.close();
                    }
                    return null;
                })
                .join();
    }
}
