package io.vigil.streams.support;

import com.github.benmanes.caffeine.cache.Ticker;
import io.vigil.schema.Box;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.streams.admission.AdmittedFrame;
import io.vigil.streams.deadletter.DeadLetterOutlet;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.detection.Contribution;
import io.vigil.streams.detection.Detection;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.detection.PostProcessing;
import io.vigil.streams.detection.TraDetector;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.node.Nodes;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.state.FrameStore;
import io.vigil.streams.state.SilenceWatch;
import io.vigil.streams.state.StageSettings;
import io.vigil.streams.time.Stopwatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Detects objects in each admitted frame with the help of its camera's support frames.
 *
 * <p>The store holds the support frames; their contributions are kept beside it and computed again when they are missing. A task that ends
 * leaves them to the next one in this process that has its cameras.
 */
public final class DetectionProcessor implements Processor<String, AdmittedFrame, @Nullable String, Object> {

    /**
     * How objects are detected.
     *
     * @param model the detector's graphs
     * @param postProcessing what is kept of its boxes
     * @param supports which frames support a key frame
     */
    public record Setup(DetectionModel model, PostProcessing postProcessing, SupportSpec supports) {}

    private final Setup setup;
    private final ContributionHandover handover;
    private final StageSettings settings;
    private final SilenceWatch silenceWatch;
    private final Map<String, CameraSupports> cameras = new HashMap<>();
    private ProcessorContext<@Nullable String, Object> context;
    private DeadLetterOutlet outlet;
    private FrameStore store;
    private FrameDecoder decoder;
    private TraDetector detector;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    private DetectionProcessor(Setup setup, ContributionHandover handover, StageSettings settings) {
        this.setup = setup;
        this.handover = handover;
        this.settings = settings;
        this.silenceWatch = new SilenceWatch(settings, this::forget);
    }

    /** The processor with its store. */
    public static ProcessorSupplier<String, AdmittedFrame, @Nullable String, Object> supplier(
            Setup setup, StageSettings settings) {
        ContributionHandover handover = new ContributionHandover(Ticker.systemTicker());
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, AdmittedFrame, @Nullable String, Object> get() {
                return new DetectionProcessor(setup, handover, settings);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(FrameStore.builder(StoreNames.SUPPORT_FRAMES, settings.frames()));
            }
        };
    }

    @Override
    public void init(ProcessorContext<@Nullable String, Object> context) {
        this.context = context;
        this.outlet = new DeadLetterOutlet(settings.deadLetters(), context, settings.clock(), settings.metrics());
        this.store = new FrameStore(context, StoreNames.SUPPORT_FRAMES);
        this.decoder = new FrameDecoder(settings.inputs());
        this.detector = new TraDetector(setup.model(), setup.postProcessing());
        cameras.clear();
        silenceWatch.start(context, store.cameras());
    }

    @Override
    public void process(Record<String, AdmittedFrame> record) {
        String camera = record.key();
        AdmittedFrame key = record.value();
        silenceWatch.seen(camera);
        CameraSupports supports = cameras.computeIfAbsent(camera, this::restored);
        SupportWindow.Turn turn = supports.moveTo(key.stamp());
        turn.expired().forEach(slot -> store.delete(camera, slot));
        try {
            Stopwatch stopwatch = new Stopwatch();
            List<Contribution> contributions = contributions(camera, supports, turn);
            TraDetector.Result result = detect(key, contributions, stopwatch);
            if (turn.isSupport()) {
                store.put(camera, turn.slot(), key.frame());
                supports.add(key.stamp(), result.contribution());
            }
            Detections detections = detections(key, turn, result, stopwatch);
            settings.metrics()
                    .analysed(
                            camera,
                            Duration.between(
                                    detections.getCaptureTime(),
                                    settings.clock().instant()),
                            turn.supports().size(),
                            setup.supports().capacity(),
                            detections.getTimings());
            context.forward(record.withValue(detections), Nodes.TRACK);
        } catch (InferenceException e) {
            outlet.send(
                    Optional.of(camera),
                    key.origin(),
                    new RejectedFrameException(DeadLetterReason.INFERENCE_FAILED, String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void close() {
        silenceWatch.close();
        cameras.forEach((camera, supports) -> handover.leave(camera, supports.contributions()));
        cameras.clear();
        detector.close();
        decoder.close();
    }

    private TraDetector.Result detect(AdmittedFrame key, List<Contribution> contributions, Stopwatch stopwatch)
            throws InferenceException {
        return key.features().isPresent()
                ? detector.detect(key.features().get(), contributions, stopwatch)
                : detector.detect(key.picture(), contributions, stopwatch);
    }

    private CameraSupports restored(String camera) {
        SupportWindow window = new SupportWindow(setup.supports());
        store.framesOf(camera, setup.supports().slots()).forEach(window::add);
        return new CameraSupports(window, handover.take(camera));
    }

    /** Oldest first; what is not there is computed from the stored frame. */
    private List<Contribution> contributions(String camera, CameraSupports supports, SupportWindow.Turn turn)
            throws InferenceException {
        List<Contribution> contributions = new ArrayList<>();
        for (SupportWindow.Support support : turn.supports()) {
            Contribution contribution = supports.contributions().get(support.frame());
            if (contribution == null) {
                contribution = computed(store.get(camera, support.slot()));
                supports.contributions().put(support.frame(), contribution);
            }
            contributions.add(contribution);
        }
        return contributions;
    }

    private Contribution computed(Frame support) throws InferenceException {
        try {
            return detector.contribution(decoder.decode(support));
        } catch (RejectedFrameException e) {
            throw new InferenceException("support frame %d: %s".formatted(support.getSequence(), e.sentence()), e);
        }
    }

    private Detections detections(
            AdmittedFrame key, SupportWindow.Turn turn, TraDetector.Result result, Stopwatch stopwatch) {
        Frame frame = key.frame();
        Manifest model = setup.model().manifest();
        return new Detections(
                frame.getCameraId(),
                frame.getEpoch(),
                frame.getSequence(),
                frame.getCaptureTime(),
                frame.getWidth(),
                frame.getHeight(),
                model.name(),
                model.version(),
                turn.supports().stream()
                        .map(support -> support.frame().sequence())
                        .toList(),
                result.detections().stream().map(this::box).toList(),
                stopwatch.timingsAfter(key.timings()));
    }

    private Box box(Detection detection) {
        return new Box(
                setup.model().manifest().labels().get(detection.label()),
                detection.score(),
                detection.box().x1(),
                detection.box().y1(),
                detection.box().width(),
                detection.box().height(),
                null);
    }

    private void forget(String camera) {
        store.deleteAll(camera);
        cameras.remove(camera);
    }
}
