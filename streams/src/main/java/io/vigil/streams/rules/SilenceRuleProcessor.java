package io.vigil.streams.rules;

import io.vigil.schema.Event;
import io.vigil.streams.admission.AdmittedFrame;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.state.CurrentFrame;
import io.vigil.streams.state.StageSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Tells which cameras with such a rule are silent: those without an admitted frame.
 *
 * <p>A silence is judged by the rules that hold for the last frame before it, which is kept for as long as it lasts. One that has been told
 * ends when none of them asks for it any more, as when the camera was removed.
 */
public final class SilenceRuleProcessor implements Processor<String, AdmittedFrame, String, Event> {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** A camera without the rule is never silent; what has been told of it still ends. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private final RulesConfig config;
    private final StageSettings settings;
    private final Map<String, Long> lastSeenMillis = new HashMap<>();
    private ProcessorContext<String, Event> context;
    private EventOutlet outlet;
    private CameraRulesStore rules;
    private KeyValueStore<String, LastFrame> store;
    private Cancellable timer = () -> {};

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    private SilenceRuleProcessor(RulesConfig config, StageSettings settings) {
        this.config = config;
        this.settings = settings;
    }

    /** The processor with its store. */
    public static ProcessorSupplier<String, AdmittedFrame, String, Event> supplier(
            RulesConfig config, StageSettings settings) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, AdmittedFrame, String, Event> get() {
                return new SilenceRuleProcessor(config, settings);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(StoreNames.LAST_FRAMES),
                                Serdes.String(),
                                RuleStateSerdes.lastFrame())
                        .withCachingEnabled());
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, Event> context) {
        this.context = context;
        this.outlet = new EventOutlet(context, settings.metrics());
        this.rules = new CameraRulesStore(context, config);
        this.store = context.getStateStore(StoreNames.LAST_FRAMES);
        lastSeenMillis.clear();
        forgetUnwatched();
        this.timer = context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, unused -> look());
    }

    @Override
    public void process(Record<String, AdmittedFrame> record) {
        String camera = record.value().checked().camera();
        FrameStamp stamp = record.value().stamp();
        @Nullable LastFrame before = store.get(camera);
        boolean watched = rules.at(camera, stamp.timeMicros()).silentAfter().isPresent();
        if (before == null && !watched) {
            return;
        }
        SilenceRule.Step step = rule(camera, before)
                .see(before, stamp.timeMicros(), CurrentFrame.reference(context, stamp.epoch(), stamp.sequence()));
        if (watched) {
            lastSeenMillis.put(camera, settings.clock().millis());
            store.put(camera, step.after());
        } else {
            lastSeenMillis.remove(camera);
            store.delete(camera);
        }
        outlet.send(record, step.events());
    }

    @Override
    public void close() {
        timer.cancel();
    }

    private SilenceRule rule(String camera, @Nullable LastFrame before) {
        return new SilenceRule(
                camera,
                Optional.ofNullable(before)
                        .flatMap(last -> silentAfter(camera, last))
                        .orElse(NEVER));
    }

    private Optional<Duration> silentAfter(String camera, LastFrame last) {
        return rules.at(camera, last.timeMicros()).silentAfter();
    }

    /** After a restart a camera gets its full time again: its frames may wait in the topic. What has been told is for the timer to end. */
    private void forgetUnwatched() {
        List<String> unwatched = new ArrayList<>();
        try (KeyValueIterator<String, LastFrame> known = store.all()) {
            known.forEachRemaining(entry -> {
                if (!entry.value.told() && silentAfter(entry.key, entry.value).isEmpty()) {
                    unwatched.add(entry.key);
                } else {
                    lastSeenMillis.put(entry.key, settings.clock().millis());
                }
            });
        }
        unwatched.forEach(store::delete);
    }

    private void look() {
        long now = settings.clock().millis();
        Map.copyOf(lastSeenMillis).forEach((camera, seen) -> {
            @Nullable LastFrame last = store.get(camera);
            if (last == null) {
                return;
            }
            Optional<Duration> limit = silentAfter(camera, last);
            if (last.told() && limit.isEmpty()) {
                end(camera, last, now);
            } else if (!last.told()
                    && limit.filter(most -> now - seen > most.toMillis()).isPresent()) {
                tell(camera, last, now);
            }
        });
    }

    private void tell(String camera, LastFrame last, long now) {
        store.put(camera, last.asTold());
        outlet.send(camera, List.of(rule(camera, last).silent(last)), now);
    }

    private void end(String camera, LastFrame last, long now) {
        lastSeenMillis.remove(camera);
        store.delete(camera);
        long nowMicros = TimeUnit.MILLISECONDS.toMicros(now);
        outlet.send(camera, List.of(rule(camera, last).over(last, nowMicros)), now);
    }
}
