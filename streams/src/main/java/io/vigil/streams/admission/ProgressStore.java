package io.vigil.streams.admission;

import io.vigil.streams.node.StoreNames;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The store of all cameras' progress.
 *
 * <p>It lies on disk, small as it is: only an instance with a store on disk keeps its identity over a restart, and with its
 * identity it ends the transaction that it left open when it was killed at once, not after the transaction's timeout.
 */
final class ProgressStore {

    private ProgressStore() {}

    /** Of the progress within one commit interval only the last is written to disk and changelog. */
    static StoreBuilder<?> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(StoreNames.PROGRESS), Serdes.String(), new ProgressSerde())
                .withCachingEnabled();
    }
}
