package io.vigil.streams.clip;

import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.recognition.Action;
import io.vigil.streams.recognition.RecognitionModel;
import io.vigil.streams.recognition.StreamedFrames;
import io.vigil.streams.recognition.StreamingRecognizer;
import io.vigil.streams.time.Stopwatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Steps from sample to sample. Keeps what the recognizer remembers of each camera; where that is missing when a clip is due, the kept
 * samples are run again. They are as many as the recognizer's reach, so the answer is the same (docs/adr/0019-streaming-recognizer.md).
 */
final class StreamingRecognition implements ClipRecognition {

    private final StreamingRecognizer recognizer;
    private final StoredPictures stored;
    private final LongSupplier nanoTime;
    private final Map<String, StreamedFrames> cameras = new HashMap<>();

    /** What the steps since the last clip took. */
    private final Map<String, Duration> steps = new HashMap<>();

    StreamingRecognition(RecognitionModel model, int topK, StoredPictures stored) {
        this(model, topK, stored, System::nanoTime);
    }

    StreamingRecognition(RecognitionModel model, int topK, StoredPictures stored, LongSupplier nanoTime) {
        this.recognizer = new StreamingRecognizer(model, topK);
        this.stored = stored;
        this.nanoTime = nanoTime;
    }

    @Override
    public void add(String camera, ClipWindow window, ClipWindow.Sample sample, Picture picture)
            throws InferenceException {
        StreamedFrames before = cameras.get(camera);
        long started = nanoTime.getAsLong();
        try {
            if (window.size() == 1) {
                keep(camera, recognizer.start(picture));
            } else if (before != null) {
                keep(camera, recognizer.step(before, picture));
            }
        } catch (InferenceException e) {
            drop(camera);
            throw e;
        } finally {
            steps.merge(camera, Duration.ofNanos(nanoTime.getAsLong() - started), Duration::plus);
        }
    }

    @Override
    public List<Action> actions(String camera, ClipWindow window, List<ClipWindow.Sample> clip, Stopwatch stopwatch)
            throws InferenceException {
        Duration earlier = Objects.requireNonNullElse(steps.remove(camera), Duration.ZERO);
        StreamedFrames frames = cameras.get(camera);
        if (frames == null) {
            frames = runAgain(camera, window.samples());
        }
        List<Action> actions = recognizer.actions(frames);
        stopwatch.lap("recognize", earlier);
        return actions;
    }

    @Override
    public void expire(String camera, List<Long> slots) {
        // samples that leave one by one are out of reach, and after all have left the next one starts anew
    }

    @Override
    public void forget(String camera) {
        drop(camera);
        steps.remove(camera);
    }

    @Override
    public void close() {
        cameras.values().forEach(StreamedFrames::close);
        cameras.clear();
        steps.clear();
        recognizer.close();
    }

    private StreamedFrames runAgain(String camera, List<ClipWindow.Sample> samples) throws InferenceException {
        try {
            StreamedFrames frames = keep(camera, recognizer.start(stored.of(camera, samples.get(0))));
            for (ClipWindow.Sample sample : samples.subList(1, samples.size())) {
                frames = keep(camera, recognizer.step(frames, stored.of(camera, sample)));
            }
            return frames;
        } catch (InferenceException e) {
            drop(camera);
            throw e;
        }
    }

    /** The kept samples are run again when the next clip is due. */
    private void drop(String camera) {
        StreamedFrames dropped = cameras.remove(camera);
        if (dropped != null) {
            dropped.close();
        }
    }

    private StreamedFrames keep(String camera, StreamedFrames frames) {
        StreamedFrames before = cameras.put(camera, frames);
        if (before != null) {
            before.close();
        }
        return frames;
    }
}
