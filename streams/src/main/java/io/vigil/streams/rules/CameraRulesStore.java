package io.vigil.streams.rules;

import io.vigil.schema.Camera;
import io.vigil.schema.topic.Topic;
import io.vigil.streams.node.StoreNames;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** The rules of the cameras of one task: the last sound record of each, over those of the service's configuration. */
public final class CameraRulesStore {

    private final KeyValueStore<String, Camera> store;
    private final RulesConfig config;

    CameraRulesStore(ProcessorContext<?, ?> context, RulesConfig config) {
        this.store = context.getStateStore(StoreNames.CAMERA_RULES);
        this.config = config;
    }

    /** What to add to a topology, once for all steps that look rules up. */
    public static StoreBuilder<?> builder(Topic<Camera> cameras) {
        return Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(StoreNames.CAMERA_RULES), Serdes.String(), cameras.values());
    }

    /**
     * The rules for a frame of a camera.
     *
     * @param timeMicros when it was captured, microseconds since 1970-01-01 UTC
     */
    CameraRules at(String camera, long timeMicros) {
        return new RulesTimeline(store.get(camera), config.of(camera)).at(timeMicros);
    }

    @Nullable Camera get(String camera) {
        return store.get(camera);
    }

    /** Looks at every record. */
    void forEach(BiConsumer<String, Camera> look) {
        try (KeyValueIterator<String, Camera> all = store.all()) {
            all.forEachRemaining(entry -> look.accept(entry.key, entry.value));
        }
    }

    /**
     * Keeps a sound record.
     *
     * @param record null: the configuration's rules hold again
     */
    void put(String camera, @Nullable Camera record) {
        store.put(camera, record);
    }
}
