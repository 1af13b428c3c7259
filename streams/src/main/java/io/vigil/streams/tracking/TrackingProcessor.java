package io.vigil.streams.tracking;

import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.streams.detection.BoundingBox;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.state.SilenceWatch;
import io.vigil.streams.state.StageSettings;
import java.util.ArrayList;
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

/** Gives the detected objects of each frame their track ids. */
public final class TrackingProcessor implements Processor<String, Detections, String, Detections> {

    private final ByteTracker tracker;
    private final SilenceWatch silenceWatch;
    private ProcessorContext<String, Detections> context;
    private KeyValueStore<String, CameraTracks> store;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    private TrackingProcessor(ByteTracker tracker, StageSettings settings) {
        this.tracker = tracker;
        this.silenceWatch = new SilenceWatch(settings, camera -> store.delete(camera));
    }

    /** The processor with its store; of the tracks within one commit interval only the last go to the changelog. */
    public static ProcessorSupplier<String, Detections, String, Detections> supplier(
            TrackingConfig config, StageSettings settings) {
        ByteTracker tracker = new ByteTracker(config);
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Detections, String, Detections> get() {
                return new TrackingProcessor(tracker, settings);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(StoreNames.TRACKS),
                                Serdes.String(),
                                CameraTracksSerde.create())
                        .withCachingEnabled());
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, Detections> context) {
        this.context = context;
        this.store = context.getStateStore(StoreNames.TRACKS);
        silenceWatch.start(context, store);
    }

    @Override
    public void process(Record<String, Detections> record) {
        Detections detections = record.value();
        String camera = detections.getCameraId();
        silenceWatch.seen(camera);
        ByteTracker.Step step =
                tracker.follow(store.get(camera), FrameStamp.of(detections), observations(detections.getBoxes()));
        store.put(camera, step.after());
        context.forward(record.withValue(withTrackIds(detections, step.trackIds())));
    }

    @Override
    public void close() {
        silenceWatch.close();
    }

    private static List<Observation> observations(List<Box> boxes) {
        return boxes.stream()
                .map(box -> new Observation(
                        box.getLabel(),
                        box.getScore(),
                        new BoundingBox(box.getX(), box.getY(), box.getX() + box.getW(), box.getY() + box.getH())))
                .toList();
    }

    private static Detections withTrackIds(Detections found, List<Optional<String>> trackIds) {
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < trackIds.size(); i++) {
            Box box = found.getBoxes().get(i);
            boxes.add(new Box(
                    box.getLabel(),
                    box.getScore(),
                    box.getX(),
                    box.getY(),
                    box.getW(),
                    box.getH(),
                    trackIds.get(i).orElse(null)));
        }
        return new Detections(
                found.getCameraId(),
                found.getEpoch(),
                found.getSequence(),
                found.getCaptureTime(),
                found.getWidth(),
                found.getHeight(),
                found.getModelName(),
                found.getModelVersion(),
                found.getSupportSequences(),
                boxes,
                found.getTimings());
    }
}
