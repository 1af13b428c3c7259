package io.vigil.streams.state;

import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.time.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The frames that the cameras of one task hold now, one per slot or sequence number.
 *
 * <p>They lie in memory and in a changelog: a window is small, it is read back only after a restart, and exactly-once processing would
 * throw away a copy on disk whenever the process is killed.
 */
public final class FrameStore {

    private final KeyValueStore<FrameKey, Frame> store;

    /** The store of this name in a task that was given {@link #builder}. */
    public FrameStore(ProcessorContext<?, ?> context, String name) {
        this.store = context.getStateStore(name);
    }

    /**
     * What to add to a topology.
     *
     * @param frames how frames are written, and how large they get
     */
    public static StoreBuilder<?> builder(String name, Topic<Frame> frames) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), FrameKey.serde(), frames.values())
                .withLoggingEnabled(
                        Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(frames.maxMessageBytes())));
    }

    public void put(String camera, long slot, Frame frame) {
        store.put(new FrameKey(camera, slot), frame);
    }

    /** The frame in a slot of a camera, which must hold one. */
    public Frame get(String camera, long slot) {
        Frame frame = store.get(new FrameKey(camera, slot));
        if (frame == null) {
            throw new IllegalStateException(
                    "store %s holds no frame of camera %s in slot %d".formatted(store.name(), camera, slot));
        }
        return frame;
    }

    public void delete(String camera, long slot) {
        store.delete(new FrameKey(camera, slot));
    }

    /** Deletes all frames of a camera. */
    public void deleteAll(String camera) {
        frames(camera).keySet().forEach(slot -> delete(camera, slot));
    }

    /**
     * The frames of a camera, oldest first. What lies under another slot than these slots would put it, because they
     * were configured otherwise when it was stored, is deleted.
     */
    public List<FrameStamp> framesOf(String camera, Slots slots) {
        List<FrameStamp> stamps = new ArrayList<>();
        frames(camera).forEach((slot, frame) -> {
            FrameStamp stamp = FrameStamp.of(frame);
            if (slots.at(stamp.timeMicros()) == slot) {
                stamps.add(stamp);
            } else {
                delete(camera, slot);
            }
        });
        return stamps;
    }

    /** The frames of a camera, oldest first. */
    public List<Frame> all(String camera) {
        return List.copyOf(frames(camera).values());
    }

    /** The cameras that have a frame here. */
    public Set<String> cameras() {
        Set<String> cameras = new TreeSet<>();
        try (KeyValueIterator<FrameKey, Frame> all = store.all()) {
            all.forEachRemaining(entry -> cameras.add(entry.key.camera()));
        }
        return cameras;
    }

    private SortedMap<Long, Frame> frames(String camera) {
        SortedMap<Long, Frame> frames = new TreeMap<>();
        try (KeyValueIterator<FrameKey, Frame> found = store.prefixScan(camera, FrameKey.prefix())) {
            found.forEachRemaining(entry -> frames.put(entry.key.slot(), entry.value));
        }
        return frames;
    }
}
