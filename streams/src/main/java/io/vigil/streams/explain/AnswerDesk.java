package io.vigil.streams.explain;

import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.detection.BoundingBox;
import io.vigil.streams.detection.Contribution;
import io.vigil.streams.detection.Detection;
import io.vigil.streams.detection.DetectionExplanation;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.detection.ExplainingDetector;
import io.vigil.streams.explain.CameraLog.Logged;
import io.vigil.streams.explain.NoAnswerException.Reason;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.frame.InputFit;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Manifest;
import io.vigil.streams.recognition.ActionExplanation;
import io.vigil.streams.recognition.ClipFrame;
import io.vigil.streams.recognition.ExplainingRecognizer;
import io.vigil.streams.recognition.RecognitionModel;
import io.vigil.streams.time.EventTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What answers are made with: the log, and models of its own. A result is found in its topic, its frames are fetched back, and the models
 * look at them once more. Not thread-safe.
 */
final class AnswerDesk implements AutoCloseable {

    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final CameraLog log;
    private final DetectionModel detectionModel;
    private final ExplainingDetector detector;
    private final Optional<RecognitionModel> recognitionModel;
    private final Optional<ExplainingRecognizer> recognizer;
    private final FrameDecoder decoder;

    /**
     * Loads the models and connects.
     *
     * @throws io.vigil.streams.inference.ModelPackageException if a package cannot say why
     */
    AnswerDesk(ExplainSetup setup) {
        try {
            detectionModel = owned(
                    DetectionModel.loadToExplain(setup.detectionPackage(), setup.inference()), DetectionModel::close);
            detector = owned(new ExplainingDetector(detectionModel), ExplainingDetector::close);
            recognitionModel = setup.recognitionPackage()
                    .map(directory -> owned(
                            RecognitionModel.loadToExplain(directory, setup.inference()), RecognitionModel::close));
            recognizer = recognitionModel
                    .filter(model -> !model.isStreaming())
                    .map(model -> owned(new ExplainingRecognizer(model), ExplainingRecognizer::close));
            decoder = owned(new FrameDecoder(inputs(detectionModel, recognitionModel)), FrameDecoder::close);
            log = owned(new CameraLog(setup.topics(), setup.consumer()), CameraLog::close);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    ExplainedDetection detection(String camera, long epoch, long sequence, int box)
            throws NoAnswerException, InferenceException, RejectedFrameException {
        Logged<Detections> result = log.detections(camera, epoch, sequence)
                .orElseThrow(() -> new NoAnswerException(
                        Reason.NOT_FOUND,
                        "there are no detections of frame %d of camera %s in epoch %d: it was not analysed, or they are no longer kept"
                                .formatted(sequence, camera, epoch)));
        Detections found = result.value();
        Manifest model = detectionModel.manifest();
        requireSameModel(model, found.getModelName(), found.getModelVersion());
        if (box < 0 || box >= found.getBoxes().size()) {
            throw new NoAnswerException(
                    Reason.NOT_FOUND,
                    "frame %d of camera %s has %d boxes, so none with the number %d"
                            .formatted(sequence, camera, found.getBoxes().size(), box));
        }
        List<Logged<Frame>> supports = supports(found, result.offset());
        Logged<Frame> key = frame(camera, epoch, sequence, found.getCaptureTime());
        List<Contribution> contributions = new ArrayList<>();
        for (Logged<Frame> support : supports) {
            contributions.add(detector.contribution(decoder.decode(support.value())));
        }
        Box published = found.getBoxes().get(box);
        DetectionExplanation why = detector.explain(
                        decoder.decode(key.value()), contributions, detection(published, model))
                .orElseThrow(() -> new NoAnswerException(
                        Reason.OTHER_MODEL,
                        "%s %s does not find the %s in frame %d of camera %s again"
                                .formatted(model.name(), model.version(), published.getLabel(), sequence, camera)));
        supports.add(key);
        return answer(found, published, why, supports);
    }

    ExplainedAction action(String camera, long epoch, Instant end)
            throws NoAnswerException, InferenceException, RejectedFrameException {
        if (recognitionModel.isEmpty()) {
            throw new NoAnswerException(Reason.NOT_FOUND, "no actions are recognized here");
        }
        if (recognizer.isEmpty()) {
            throw new NoAnswerException(
                    Reason.OTHER_MODEL,
                    "%s steps from frame to frame, and why an action was seen is told of whole clips only: use a windowed package"
                            .formatted(recognitionModel.get().manifest().name()));
        }
        Actions seen = log.actions(camera, epoch, end)
                .orElseThrow(() -> new NoAnswerException(
                        Reason.NOT_FOUND,
                        "there is no clip of camera %s in epoch %d that ends at %s, or it is no longer kept"
                                .formatted(camera, epoch, end)))
                .value();
        Manifest model = recognitionModel.get().manifest();
        requireSameModel(model, seen.getModelName(), seen.getModelVersion());
        long from = log.detectionsFrom(camera, seen.getStartTime());
        List<Logged<Frame>> frames = frames(camera, epoch, seen.getSequences(), from, end);
        List<ClipFrame> clip = new ArrayList<>();
        for (Logged<Frame> frame : frames) {
            clip.add(recognizer.get().frame(decoder.decode(frame.value())));
        }
        ActionExplanation why = recognizer.get().explain(clip);
        return new ExplainedAction(
                camera,
                epoch,
                EventTime.micros(seen.getStartTime()),
                EventTime.micros(seen.getEndTime()),
                model.name(),
                model.version(),
                why.actions(),
                frames.stream().map(LoggedFrame::of).toList(),
                why.blocks());
    }

    @Override
    public void close() {
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }

    private <T> T owned(T part, Consumer<T> close) {
        closing.push(() -> close.accept(part));
        return part;
    }

    /** As the service decodes: pictures must be the same as those it saw. */
    private static List<InputFit> inputs(DetectionModel detector, Optional<RecognitionModel> recognizer) {
        return Stream.concat(
                        Stream.of(detector.manifest().input()),
                        recognizer.stream().map(RecognitionModel::input))
                .toList();
    }

    private static void requireSameModel(Manifest model, String name, String version) throws NoAnswerException {
        if (!model.name().equals(name) || !model.version().equals(version)) {
            throw new NoAnswerException(
                    Reason.OTHER_MODEL,
                    "this was found by %s %s, and only %s %s can be asked now"
                            .formatted(name, version, model.name(), model.version()));
        }
    }

    private List<Logged<Frame>> supports(Detections found, long offset) throws NoAnswerException {
        List<Long> sequences = found.getSupportSequences();
        if (sequences.isEmpty()) {
            return new ArrayList<>();
        }
        String camera = found.getCameraId();
        long from = log.detections(camera, found.getEpoch(), sequences.get(0))
                .map(Logged::offset)
                .orElse(offset);
        return frames(camera, found.getEpoch(), sequences, from, found.getCaptureTime());
    }

    /** Oldest first; found by the times at which they were captured, which lie beside their detections. */
    private List<Logged<Frame>> frames(String camera, long epoch, List<Long> sequences, long from, Instant latest)
            throws NoAnswerException {
        Map<Long, Instant> times = log.captureTimes(camera, epoch, new HashSet<>(sequences), from, latest);
        List<Logged<Frame>> frames = new ArrayList<>();
        for (long sequence : sequences) {
            Instant time = times.get(sequence);
            if (time == null) {
                throw gone(camera, sequence);
            }
            frames.add(frame(camera, epoch, sequence, time));
        }
        return frames;
    }

    private Logged<Frame> frame(String camera, long epoch, long sequence, Instant captured) throws NoAnswerException {
        return log.frame(camera, epoch, sequence, captured).orElseThrow(() -> gone(camera, sequence));
    }

    private static NoAnswerException gone(String camera, long sequence) {
        return new NoAnswerException(
                Reason.GONE,
                "frame %d of camera %s is no longer there: Kafka keeps frames as long as the retention of their topic says"
                        .formatted(sequence, camera));
    }

    private static Detection detection(Box published, Manifest model) {
        return new Detection(
                model.labels().indexOf(published.getLabel()),
                published.getScore(),
                new BoundingBox(
                        published.getX(),
                        published.getY(),
                        published.getX() + published.getW(),
                        published.getY() + published.getH()));
    }

    private static ExplainedDetection answer(
            Detections found, Box published, DetectionExplanation why, List<Logged<Frame>> frames) {
        List<ExplainedDetection.Support> supports = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            DetectionExplanation.Support support = why.supports().get(i);
            supports.add(new ExplainedDetection.Support(
                    LoggedFrame.of(frames.get(i)), support.attention(), support.points()));
        }
        return new ExplainedDetection(
                found.getCameraId(),
                found.getEpoch(),
                LoggedFrame.of(frames.get(frames.size() - 1)),
                found.getWidth(),
                found.getHeight(),
                found.getModelName(),
                found.getModelVersion(),
                published.getLabel(),
                why.detection().score(),
                why.detection().box(),
                published.getTrackId(),
                why.roi(),
                why.bins(),
                why.own(),
                supports);
    }
}
