package io.vigil.streams.clip;

import io.vigil.schema.ActionScore;
import io.vigil.schema.Actions;
import io.vigil.streams.admission.AdmittedFrame;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.logging.RepeatedWarnings;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.recognition.Action;
import io.vigil.streams.recognition.RecognitionModel;
import io.vigil.streams.state.FrameStore;
import io.vigil.streams.state.SilenceWatch;
import io.vigil.streams.state.StageSettings;
import io.vigil.streams.time.EventTime;
import io.vigil.streams.time.Stopwatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognizes actions in clips sampled from the admitted frames.
 *
 * <p>The store holds the samples; what the recognizer keeps of them is beside it and made again when it is missing. A clip
 * on which the model fails is lost, with a warning: it is no frame, and its frames have their outcomes already.
 */
public final class RecognitionProcessor implements Processor<String, AdmittedFrame, @Nullable String, Object> {

    /**
     * How actions are recognized.
     *
     * @param model the recognizer's graph
     * @param topK labels per clip
     * @param clips how clips are sampled
     */
    public record Setup(RecognitionModel model, int topK, ClipSpec clips) {}

    private static final Logger LOG = LoggerFactory.getLogger(RecognitionProcessor.class);

    private final Setup setup;
    private final StageSettings settings;
    private final SilenceWatch silenceWatch;
    private final RepeatedWarnings warnings;
    private final Map<String, ClipWindow> windows = new HashMap<>();
    private ProcessorContext<@Nullable String, Object> context;
    private FrameStore store;
    private FrameDecoder decoder;
    private ClipRecognition recognition;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    private RecognitionProcessor(Setup setup, StageSettings settings) {
        this.setup = setup;
        this.settings = settings;
        this.silenceWatch = new SilenceWatch(settings, this::forget);
        this.warnings = new RepeatedWarnings(LOG, settings.clock());
    }

    /** The processor with its store. */
    public static ProcessorSupplier<String, AdmittedFrame, @Nullable String, Object> supplier(
            Setup setup, StageSettings settings) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, AdmittedFrame, @Nullable String, Object> get() {
                return new RecognitionProcessor(setup, settings);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(FrameStore.builder(StoreNames.CLIP_FRAMES, settings.frames()));
            }
        };
    }

    @Override
    public void init(ProcessorContext<@Nullable String, Object> context) {
        this.context = context;
        this.store = new FrameStore(context, StoreNames.CLIP_FRAMES);
        this.decoder = new FrameDecoder(settings.inputs());
        this.recognition = recognition(new StoredPictures(store, decoder));
        windows.clear();
        silenceWatch.start(context, store.cameras());
    }

    @Override
    public void process(Record<String, AdmittedFrame> record) {
        String camera = record.key();
        AdmittedFrame admitted = record.value();
        silenceWatch.seen(camera);
        ClipWindow window = windows.computeIfAbsent(camera, this::restored);
        ClipWindow.Turn turn = window.moveTo(admitted.stamp());
        turn.expired().forEach(slot -> store.delete(camera, slot));
        recognition.expire(camera, turn.expired());
        if (!turn.isSample()) {
            return;
        }
        store.put(camera, turn.slot(), admitted.frame());
        add(camera, window, new ClipWindow.Sample(turn.slot(), admitted.stamp()), admitted.picture());
        if (!turn.clip().isEmpty()) {
            recognize(record, window, turn.clip());
        }
    }

    @Override
    public void close() {
        silenceWatch.close();
        windows.clear();
        recognition.close();
        decoder.close();
    }

    private ClipRecognition recognition(StoredPictures stored) {
        return setup.model().isStreaming()
                ? new StreamingRecognition(setup.model(), setup.topK(), stored)
                : new WindowedRecognition(setup.model(), setup.topK(), stored);
    }

    private ClipWindow restored(String camera) {
        ClipWindow window = new ClipWindow(setup.clips());
        store.framesOf(camera, setup.clips().strides()).forEach(window::restore);
        return window;
    }

    private void add(String camera, ClipWindow window, ClipWindow.Sample sample, Picture picture) {
        try {
            recognition.add(camera, window, sample, picture);
        } catch (InferenceException e) {
            warnings.warn(
                    "camera %s, sample looked at again for the next clip".formatted(camera),
                    String.valueOf(e.getMessage()));
        }
    }

    private void recognize(Record<String, AdmittedFrame> record, ClipWindow window, List<ClipWindow.Sample> samples) {
        String camera = record.key();
        try {
            Stopwatch stopwatch = new Stopwatch();
            List<Action> actions = recognition.actions(camera, window, samples, stopwatch);
            settings.metrics().recognized(stopwatch.timings());
            context.forward(record.withValue(actions(camera, samples, actions, stopwatch)));
        } catch (InferenceException e) {
            settings.metrics().clipLost();
            warnings.warn("camera %s, clip lost".formatted(camera), String.valueOf(e.getMessage()));
        }
    }

    private Actions actions(String camera, List<ClipWindow.Sample> samples, List<Action> actions, Stopwatch stopwatch) {
        FrameStamp first = samples.get(0).frame();
        FrameStamp last = samples.get(samples.size() - 1).frame();
        Manifest model = setup.model().manifest();
        return new Actions(
                camera,
                last.epoch(),
                EventTime.instant(first.timeMicros()),
                EventTime.instant(last.timeMicros()),
                samples.stream().map(sample -> sample.frame().sequence()).toList(),
                model.name(),
                model.version(),
                actions.stream()
                        .map(action -> new ActionScore(action.label(), action.score()))
                        .toList(),
                stopwatch.timings());
    }

    private void forget(String camera) {
        store.deleteAll(camera);
        windows.remove(camera);
        recognition.forget(camera);
    }
}
