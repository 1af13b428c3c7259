package io.vigil.streams.state;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Remembers when a camera last had a frame, by the clock of the host, and lets those be forgotten that have fallen silent. */
public final class SilenceWatch {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Clock clock;
    private final long silenceMillis;
    private final Consumer<String> forget;
    private final Map<String, Long> lastSeenMillis = new HashMap<>();

    private SilenceWatch(StageSettings settings, Consumer<String> forget) {
        this.clock = settings.clock();
        this.silenceMillis = settings.silence().toMillis();
        this.forget = forget;
    }

    /**
     * Watches the cameras of a task until that is closed.
     *
     * @param known cameras that something is stored of; they count as seen now
     * @param forget is called in the task's thread, once for each camera that has been silent for longer than the settings allow
     */
    public static SilenceWatch start(
            ProcessorContext<?, ?> context, StageSettings settings, Collection<String> known, Consumer<String> forget) {
        SilenceWatch watch = new SilenceWatch(settings, forget);
        known.forEach(watch::seen);
        context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, unused -> watch.forgetSilent());
        return watch;
    }

    /** As {@link #start(ProcessorContext, StageSettings, Collection, Consumer)}, with a store whose keys are the cameras. */
    public static SilenceWatch start(
            ProcessorContext<?, ?> context,
            StageSettings settings,
            KeyValueStore<String, ?> known,
            Consumer<String> forget) {
        return start(context, settings, keys(known), forget);
    }

    public void seen(String camera) {
        lastSeenMillis.put(camera, clock.millis());
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
