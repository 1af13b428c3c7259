package io.vigil.streams.state;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Remembers when a camera last had a frame, by the clock of the host, and lets those be forgotten that have fallen silent. */
public final class SilenceWatch implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Clock clock;
    private final long silenceMillis;
    private final Consumer<String> forget;
    private final Map<String, Long> lastSeenMillis = new HashMap<>();
    private Cancellable schedule = () -> {};

    /**
     * @param forget is called in the task's thread, once for each camera that has been silent for longer than the settings allow
     */
    public SilenceWatch(StageSettings settings, Consumer<String> forget) {
        this.clock = settings.clock();
        this.silenceMillis = settings.silence().toMillis();
        this.forget = forget;
    }

    /**
     * Watches the cameras of a task, until it is closed or started again: a task that Kafka Streams revives keeps its schedules.
     *
     * @param known cameras that something is stored of; they count as seen now
     */
    public void start(ProcessorContext<?, ?> context, Collection<String> known) {
        close();
        known.forEach(this::seen);
        schedule = context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, unused -> forgetSilent());
    }

    /** As {@link #start(ProcessorContext, Collection)}, with a store whose keys are the cameras. */
    public void start(ProcessorContext<?, ?> context, KeyValueStore<String, ?> known) {
        start(context, keys(known));
    }

    public void seen(String camera) {
        lastSeenMillis.put(camera, clock.millis());
    }

    /** Forgets no camera any more; does nothing if it was never started. */
    @Override
    public void close() {
        schedule.cancel();
        lastSeenMillis.clear();
    }

    private void forgetSilent() {
        long now = clock.millis();
        List<String> silent = new ArrayList<>();
        lastSeenMillis.forEach((camera, seen) -> {
            if (now - seen > silenceMillis) {
                silent.add(camera);
            }
        });
        lastSeenMillis.keySet().removeAll(silent);
        silent.forEach(forget);
    }

    private static List<String> keys(KeyValueStore<String, ?> store) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, ?> all = store.all()) {
            all.forEachRemaining(entry -> keys.add(entry.key));
        }
        return keys;
    }
}
