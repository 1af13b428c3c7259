package io.vigil.streams.app;

import com.typesafe.config.ConfigException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vigil.streams.clip.ClipSpec;
import io.vigil.streams.clip.RecognitionConfig;
import io.vigil.streams.clip.RecognitionProcessor;
import io.vigil.streams.detection.Contribution;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.detection.TraDetector;
import io.vigil.streams.frame.InputFit;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.Device;
import io.vigil.streams.inference.InferenceConfig;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.inference.ModelPackageException;
import io.vigil.streams.inference.OnnxGraph;
import io.vigil.streams.recognition.RecognitionModel;
import io.vigil.streams.recognition.StreamedFrames;
import io.vigil.streams.recognition.StreamingRecognizer;
import io.vigil.streams.recognition.TamRecognizer;
import io.vigil.streams.rules.RuleCheck;
import io.vigil.streams.support.DetectionProcessor;
import io.vigil.streams.support.SupportSpec;
import io.vigil.streams.time.Slots;
import io.vigil.streams.time.Stopwatch;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models of a service, loaded, run once, and fitted to its configuration. Owns them. */
public final class Models implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Models.class);

    @FunctionalInterface
    private interface FirstRuns {
        void run() throws InferenceException;
    }

    private final DetectionProcessor.Setup detection;
    private final Optional<RecognitionProcessor.Setup> recognition;

    private Models(DetectionProcessor.Setup detection, Optional<RecognitionProcessor.Setup> recognition) {
        this.detection = detection;
        this.recognition = recognition;
    }

    /**
     * Loads the models and runs each graph, alone and beside other runs: the first run is slow and must not count against Kafka's poll
     * interval.
     *
     * @throws StartRefusedException if a package is broken, or does not fit the configuration
     */
    public static Models load(ServiceConfig config) {
        DetectionModel detector = null;
        RecognitionModel recognizer = null;
        try {
            detector = DetectionModel.load(config.detection().modelPackage(), config.inference());
            if (config.recognition().isPresent()) {
                recognizer = RecognitionModel.load(config.recognition().get().modelPackage(), config.inference());
            }
            Slots period = config.admission().period();
            new RuleCheck(
                            period,
                            detector.manifest(),
                            Optional.ofNullable(recognizer).map(RecognitionModel::manifest))
                    .check(config.rules());
            DetectionProcessor.Setup detection = setup(detector, config);
            warmUp(() -> warmUp(detection), config.inference());
            Optional<RecognitionProcessor.Setup> recognition = Optional.empty();
            if (recognizer != null) {
                RecognitionProcessor.Setup setup =
                        setup(recognizer, config.recognition().orElseThrow(), period);
                warmUp(() -> warmUp(setup), config.inference());
                recognition = Optional.of(setup);
            }
            return new Models(detection, recognition);
        } catch (ModelPackageException | InferenceException e) {
            close(detector, recognizer);
            throw new StartRefusedException(EndReason.BAD_MODEL, String.valueOf(e.getMessage()), e);
        } catch (ConfigException e) {
            close(detector, recognizer);
            throw new StartRefusedException(EndReason.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    DetectionProcessor.Setup detection() {
        return detection;
    }

    Optional<RecognitionProcessor.Setup> recognition() {
        return recognition;
    }

    /** Name and version of each model. */
    List<String> names() {
        return Stream.concat(
                        Stream.of(detection.model().manifest()),
                        recognition.stream().map(setup -> setup.model().manifest()))
                .map(manifest -> manifest.name() + " " + manifest.version())
                .toList();
    }

    /** What they run on. */
    Device device() {
        return detection.model().device();
    }

    /** Registers name and version of each model. */
    void describeTo(MeterRegistry registry) {
        describe("detector", detection.model().manifest(), detection.model().device(), registry);
        recognition.ifPresent(setup ->
                describe("recognizer", setup.model().manifest(), setup.model().device(), registry));
    }

    /** No thread may use the models any more. */
    @Override
    public void close() {
        close(
                detection.model(),
                recognition.map(RecognitionProcessor.Setup::model).orElse(null));
    }

    private static DetectionProcessor.Setup setup(DetectionModel model, ServiceConfig config) {
        Manifest manifest = model.manifest();
        SupportSpec supports = config.detection()
                .supports(manifest.temporal(), config.admission().period());
        LOG.info(
                "detector {} {} on {}: {} support slots of {}, trained with {} at {} ms",
                manifest.name(),
                manifest.version(),
                model.device(),
                supports.capacity(),
                supports.slots(),
                manifest.temporal().frames(),
                manifest.temporal().intervalMs());
        return new DetectionProcessor.Setup(model, config.detection().postProcessing(model.thresholds()), supports);
    }

    private static RecognitionProcessor.Setup setup(RecognitionModel model, RecognitionConfig config, Slots period) {
        Manifest manifest = model.manifest();
        ClipSpec clips = config.clips(manifest.temporal(), period);
        LOG.info(
                "recognizer {} {} on {}: clips of {} frames every {}, {} kept, trained at {} ms",
                manifest.name(),
                manifest.version(),
                model.device(),
                clips.frames(),
                clips.strides(),
                clips.kept(),
                manifest.temporal().intervalMs());
        return new RecognitionProcessor.Setup(model, config.topK(), clips);
    }

    /** Each graph has a session for runs that are alone, and one for those beside others. */
    private static void warmUp(FirstRuns firstRuns, InferenceConfig config) throws InferenceException {
        firstRuns.run();
        if (config.threadsWhenAlone() != config.threadsPerRun()) {
            try (OnnxGraph.PretendedRun other = OnnxGraph.pretendedRun()) {
                firstRuns.run();
            }
        }
    }

    private static void warmUp(DetectionProcessor.Setup setup) throws InferenceException {
        Picture picture = grey(setup.model().manifest().input());
        try (TraDetector detector = new TraDetector(setup.model(), setup.postProcessing())) {
            Contribution support = detector.contribution(picture);
            for (int supports = 0; supports <= setup.supports().capacity(); supports++) {
                detector.detect(picture, Collections.nCopies(supports, support), new Stopwatch());
            }
        }
    }

    private static void warmUp(RecognitionProcessor.Setup setup) throws InferenceException {
        if (setup.model().isStreaming()) {
            warmUpSteps(setup);
            return;
        }
        try (TamRecognizer recognizer = new TamRecognizer(setup.model(), setup.topK())) {
            recognizer.recognize(Collections.nCopies(
                    setup.clips().frames(), recognizer.frame(grey(setup.model().input()))));
        }
    }

    private static void warmUpSteps(RecognitionProcessor.Setup setup) throws InferenceException {
        Picture picture = grey(setup.model().input());
        try (StreamingRecognizer recognizer = new StreamingRecognizer(setup.model(), setup.topK());
                StreamedFrames first = recognizer.start(picture);
                StreamedFrames second = recognizer.step(first, picture)) {
            recognizer.actions(second);
        }
    }

    private static void describe(String role, Manifest manifest, Device device, MeterRegistry registry) {
        Gauge.builder("vigil.model.info", () -> 1)
                .description("The model packages in use; the value is always 1")
                .tag("role", role)
                .tag("name", manifest.name())
                .tag("version", manifest.version())
                .tag("device", device.toString())
                .register(registry);
    }

    private static Picture grey(InputFit input) {
        return Picture.grey(input.width(), input.height());
    }

    private static void close(@Nullable DetectionModel detector, @Nullable RecognitionModel recognizer) {
        if (detector != null) {
            detector.close();
        }
        if (recognizer != null) {
            recognizer.close();
        }
    }
}
