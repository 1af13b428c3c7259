package io.vigil.streams.rules;

import io.vigil.schema.Event;
import io.vigil.streams.admission.AdmittedFrame;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.state.CurrentFrame;
import io.vigil.streams.state.SilenceWatch;
import io.vigil.streams.state.StageSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Tells which cameras with such a rule are silent: those without an admitted frame.
 *
 * <p>A camera's last frame is kept while the camera has the rule, however long it is silent.
 */
public final class SilenceRuleProcessor implements Processor<String, AdmittedFrame, String, Event> {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final RulesConfig config;
    private final StageSettings settings;
    private final Map<String, Watched> cameras = new HashMap<>();
    private ProcessorContext<String, Event> context;
    private KeyValueStore<String, LastFrame> store;

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
        this.store = context.getStateStore(StoreNames.LAST_FRAMES);
        cameras.clear();
        config.cameras().forEach((camera, rules) -> rules.silentAfter()
                .ifPresent(after ->
                        cameras.put(camera, new Watched(new SilenceRule(camera, after), new SilenceWatch(after)))));
        forgetUnwatched();
        context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, unused -> tellSilent());
    }

    @Override
    public void process(Record<String, AdmittedFrame> record) {
        String camera = record.value().checked().camera();
        Watched watched = cameras.get(camera);
        if (watched == null) {
            return;
        }
        watched.watch().seen(camera, settings.clock().millis());
        FrameStamp stamp = record.value().stamp();
        SilenceRule.Step step = watched.rule()
                .see(
                        store.get(camera),
                        stamp.timeMicros(),
                        CurrentFrame.reference(context, stamp.epoch(), stamp.sequence()));
        store.put(camera, step.after());
        step.events().forEach(event -> context.forward(record.withValue(event)));
    }

    /** After a restart a camera gets its full time again: its frames may wait in the topic. */
    private void forgetUnwatched() {
        List<String> unwatched = new ArrayList<>();
        try (KeyValueIterator<String, LastFrame> known = store.all()) {
            known.forEachRemaining(entry -> {
                Watched watched = cameras.get(entry.key);
                if (watched == null) {
                    unwatched.add(entry.key);
                } else {
                    watched.watch().seen(entry.key, settings.clock().millis());
                }
            });
        }
        unwatched.forEach(store::delete);
    }

    private void tellSilent() {
        long now = settings.clock().millis();
        cameras.forEach((id, watched) -> {
            for (String camera : watched.watch().takeSilent(now)) {
                LastFrame last = store.get(camera);
                if (last != null && !last.told()) {
                    store.put(camera, last.asTold());
                    context.forward(new Record<>(camera, watched.rule().silent(last), now));
                }
            }
        });
    }

    private record Watched(SilenceRule rule, SilenceWatch watch) {}
}
