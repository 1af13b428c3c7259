package io.vigil.streams.clip;

import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.recognition.Action;
import io.vigil.streams.recognition.ClipFrame;
import io.vigil.streams.recognition.RecognitionModel;
import io.vigil.streams.recognition.TamRecognizer;
import io.vigil.streams.time.Stopwatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sees every clip whole. Keeps the samples of each camera as the recognizer sees them. */
final class WindowedRecognition implements ClipRecognition {

    private final TamRecognizer recognizer;
    private final StoredPictures stored;
    private final Map<String, Map<Long, ClipFrame>> cameras = new HashMap<>();

    WindowedRecognition(RecognitionModel model, int topK, StoredPictures stored) {
        this.recognizer = new TamRecognizer(model, topK);
        this.stored = stored;
    }

    @Override
    public void add(String camera, ClipWindow window, ClipWindow.Sample sample, Picture picture) {
        pictures(camera).put(sample.slot(), recognizer.frame(picture));
    }

    @Override
    public List<Action> actions(String camera, ClipWindow window, List<ClipWindow.Sample> clip, Stopwatch stopwatch)
            throws InferenceException {
        List<ClipFrame> frames = frames(camera, clip);
        stopwatch.lap("clip");
        List<Action> actions = recognizer.recognize(frames);
        stopwatch.lap("recognize");
        return actions;
    }

    @Override
    public void expire(String camera, List<Long> slots) {
        pictures(camera).keySet().removeAll(slots);
    }

    @Override
    public void forget(String camera) {
        cameras.remove(camera);
    }

    @Override
    public void close() {
        cameras.clear();
        recognizer.close();
    }

    /** Oldest first; what is not there is made from the stored frame. */
    private List<ClipFrame> frames(String camera, List<ClipWindow.Sample> clip) throws InferenceException {
        Map<Long, ClipFrame> pictures = pictures(camera);
        List<ClipFrame> frames = new ArrayList<>();
        for (ClipWindow.Sample sample : clip) {
            ClipFrame frame = pictures.get(sample.slot());
            if (frame == null) {
                frame = recognizer.frame(stored.of(camera, sample));
                pictures.put(sample.slot(), frame);
            }
            frames.add(frame);
        }
        return frames;
    }

    private Map<Long, ClipFrame> pictures(String camera) {
        return cameras.computeIfAbsent(camera, unused -> new HashMap<>());
    }
}
