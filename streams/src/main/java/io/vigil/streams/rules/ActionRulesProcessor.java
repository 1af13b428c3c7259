package io.vigil.streams.rules;

import io.vigil.schema.Actions;
import io.vigil.schema.Event;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.state.CurrentFrame;
import io.vigil.streams.state.SilenceWatch;
import io.vigil.streams.state.StageSettings;
import io.vigil.streams.time.EventTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Applies the rules about actions to each clip: those that hold for its last frame. */
public final class ActionRulesProcessor implements Processor<String, Actions, String, Event> {

    private final RulesConfig config;
    private final StageSettings settings;
    private final SilenceWatch silenceWatch;
    private ProcessorContext<String, Event> context;
    private EventOutlet outlet;
    private CameraRulesStore rules;
    private KeyValueStore<String, List<ActionStreak>> store;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    private ActionRulesProcessor(RulesConfig config, StageSettings settings) {
        this.config = config;
        this.settings = settings;
        this.silenceWatch = new SilenceWatch(settings, this::forget);
    }

    /** The processor with its store. */
    public static ProcessorSupplier<String, Actions, String, Event> supplier(
            RulesConfig config, StageSettings settings) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Actions, String, Event> get() {
                return new ActionRulesProcessor(config, settings);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(StoreNames.ACTION_STREAKS),
                                Serdes.String(),
                                RuleStateSerdes.streaks())
                        .withCachingEnabled());
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, Event> context) {
        this.context = context;
        this.outlet = new EventOutlet(context, settings.metrics());
        this.rules = new CameraRulesStore(context, config);
        this.store = context.getStateStore(StoreNames.ACTION_STREAKS);
        silenceWatch.start(context, store);
    }

    @Override
    public void process(Record<String, Actions> record) {
        Actions clip = record.value();
        String camera = clip.getCameraId();
        ActionRules now = new ActionRules(camera, rules.at(camera, EventTime.micros(clip.getEndTime())));
        List<ActionStreak> before = Optional.ofNullable(store.get(camera)).orElse(List.of());
        if (now.isEmpty() && before.isEmpty()) {
            return;
        }
        silenceWatch.seen(camera);
        long last = clip.getSequences().get(clip.getSequences().size() - 1);
        ActionRules.Step step = now.see(before, clip, CurrentFrame.reference(context, clip.getEpoch(), last));
        if (!step.after().equals(before)) {
            store.put(camera, step.after().isEmpty() ? null : step.after());
        }
        outlet.send(record, step.events());
    }

    @Override
    public void close() {
        silenceWatch.close();
    }

    private void forget(String camera) {
        List<ActionStreak> streaks = store.delete(camera);
        if (streaks != null) {
            outlet.send(
                    camera,
                    new ActionRules(camera, CameraRules.NONE).allGone(streaks),
                    settings.clock().millis());
        }
    }
}
