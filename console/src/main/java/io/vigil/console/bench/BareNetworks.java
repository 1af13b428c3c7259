package io.vigil.console.bench;

import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.detection.BareDetector;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceConfig;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.recognition.BareRecognizer;
import io.vigil.streams.recognition.RecognitionModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The networks in a tight loop over tensors that are ready, on as many threads as the service has stream threads. */
final class BareNetworks implements AutoCloseable {

    /** What one thread runs for a frame. */
    @FunctionalInterface
    private interface FrameWork {
        void run(BareDetector detector) throws InferenceException;
    }

    private final DetectionModel detector;
    private final RecognitionModel recognizer;
    private final Frame frame;
    private final int threads;
    private final int framesPerRecognition;
    private final FrameTimes times;

    /**
     * @param frame what the networks see
     * @param framePeriod event time from one frame of a camera to the next
     * @param hop samples from one clip to the next
     */
    BareNetworks(
            Path detector,
            Path recognizer,
            InferenceConfig inference,
            Frame frame,
            int threads,
            Duration framePeriod,
            int hop) {
        this.detector = DetectionModel.load(detector, inference);
        this.recognizer = RecognitionModel.load(recognizer, inference);
        this.frame = frame;
        this.threads = threads;
        this.times = FrameTimes.of(
                this.detector.manifest().temporal(), this.recognizer.manifest().temporal(), hop, framePeriod);
        int samples = this.recognizer.isStreaming() ? 1 : hop;
        this.framesPerRecognition = Math.max(
                1,
                Math.toIntExact(samples * this.recognizer.manifest().temporal().intervalMs() / framePeriod.toMillis()));
    }

    /** Support frames of the detector's package. */
    int supports() {
        return detector.manifest().temporal().frames();
    }

    /** Capture times with which the service does the same work per frame. */
    FrameTimes times() {
        return times;
    }

    /** Frames per second with what the support frames gave kept, as the service does. */
    double framesPerSecond(int supports, Duration duration) throws InterruptedException {
        return framesPerSecond(BareDetector::detect, supports, duration);
    }

    /** Frames per second with every support frame computed again for every key frame. */
    double framesPerSecondRecomputing(int supports, Duration duration) throws InterruptedException {
        return framesPerSecond(BareDetector::detectRecomputing, supports, duration);
    }

    @Override
    public void close() {
        detector.close();
        recognizer.close();
    }

    private double framesPerSecond(FrameWork work, int supports, Duration duration) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Double>> loops = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                loops.add(() -> loop(work, supports, duration));
            }
            double sum = 0;
            for (Future<Double> loop : pool.invokeAll(loops)) {
                sum += loop.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw new Failure(ExitCode.FAILED, "the bare networks failed: " + e.getCause(), e);
        } finally {
            pool.shutdown();
        }
    }

    private double loop(FrameWork work, int supports, Duration duration)
            throws InferenceException, RejectedFrameException {
        try (FrameDecoder decoder = new FrameDecoder(List.of(detector.manifest().input(), recognizer.input()))) {
            Picture picture = decoder.decode(frame);
            try (BareDetector bareDetector = new BareDetector(detector, picture, supports);
                    BareRecognizer bareRecognizer = new BareRecognizer(recognizer, picture)) {
                work.run(bareDetector);
                bareRecognizer.recognize();
                long frames = 0;
                long start = System.nanoTime();
                long elapsed = 0;
                while (elapsed < duration.toNanos()) {
                    work.run(bareDetector);
                    frames++;
                    if (frames % framesPerRecognition == 0) {
                        bareRecognizer.recognize();
                    }
                    elapsed = System.nanoTime() - start;
                }
                return frames * 1e9 / elapsed;
            }
        }
    }
}
