package io.vigil.streams.rules;

import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.state.CurrentFrame;
import io.vigil.streams.state.SilenceWatch;
import io.vigil.streams.state.StageSettings;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** Applies the rules about zones and lines to the tracked objects of each frame. */
public final class ObjectRulesProcessor implements Processor<String, Detections, String, Event> {

    private final RulesConfig config;
    private final long maxLostMicros;
    private final StageSettings settings;
    private final SilenceWatch silenceWatch;
    private ProcessorContext<String, Event> context;
    private EventOutlet outlet;
    private CameraRulesStore rules;
    private KeyValueStore<String, Scene> store;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    private ObjectRulesProcessor(RulesConfig config, long maxLostMicros, StageSettings settings) {
        this.config = config;
        this.maxLostMicros = maxLostMicros;
        this.settings = settings;
        this.silenceWatch = new SilenceWatch(settings, this::forget);
    }

    /**
     * The processor with its store.
     *
     * @param maxLostMicros an object out of sight for longer has gone, event time
     */
    public static ProcessorSupplier<String, Detections, String, Event> supplier(
            RulesConfig config, long maxLostMicros, StageSettings settings) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Detections, String, Event> get() {
                return new ObjectRulesProcessor(config, maxLostMicros, settings);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(StoreNames.SCENES),
                                Serdes.String(),
                                RuleStateSerdes.scene())
                        .withCachingEnabled());
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, Event> context) {
        this.context = context;
        this.outlet = new EventOutlet(context, settings.metrics());
        this.rules = new CameraRulesStore(context, config);
        this.store = context.getStateStore(StoreNames.SCENES);
        silenceWatch.start(context, store);
    }

    @Override
    public void process(Record<String, Detections> record) {
        Detections detections = record.value();
        String camera = detections.getCameraId();
        FrameStamp stamp = FrameStamp.of(detections);
        ObjectRules now = objectRules(camera, rules.at(camera, stamp.timeMicros()));
        @Nullable Scene before = store.get(camera);
        if (now.isEmpty() && before == null) {
            return;
        }
        silenceWatch.seen(camera);
        ObjectRules.Step step = now.see(before, seen(stamp, detections));
        store.put(camera, now.isEmpty() ? null : step.after());
        outlet.send(record, step.events());
    }

    @Override
    public void close() {
        silenceWatch.close();
    }

    private ObjectRules objectRules(String camera, CameraRules of) {
        return new ObjectRules(camera, of, config.margin(), maxLostMicros);
    }

    private SeenFrame seen(FrameStamp stamp, Detections detections) {
        return new SeenFrame(
                stamp,
                CurrentFrame.reference(context, detections.getEpoch(), detections.getSequence()),
                detections.getBoxes());
    }

    private void forget(String camera) {
        Scene scene = store.delete(camera);
        if (scene != null) {
            outlet.send(
                    camera,
                    objectRules(camera, CameraRules.NONE).allGone(scene),
                    settings.clock().millis());
        }
    }
}
