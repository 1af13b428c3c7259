package io.vigil.streams.clip;

import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.recognition.Action;
import io.vigil.streams.recognition.RecognitionModel;
import io.vigil.streams.recognition.StreamedFrames;
import io.vigil.streams.recognition.StreamingRecognizer;
import io.vigil.streams.time.Stopwatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps from sample to sample. Keeps what the recognizer remembers of each camera; where that is missing when a clip is due, the kept
 * samples are run again. They are as many as the recognizer's reach, so the answer is the same (docs/adr/0019-streaming-recognizer.md).
 */
final class StreamingRecognition implements ClipRecognition {

    private static final Logger LOG = LoggerFactory.getLogger(StreamingRecognition.class);

    private final StreamingRecognizer recognizer;
    private final StoredPictures stored;
    private final Map<String, StreamedFrames> cameras = new HashMap<>();

    StreamingRecognition(RecognitionModel model, int topK, StoredPictures stored) {
        this.recognizer = new StreamingRecognizer(model, topK);
        this.stored = stored;
    }

    @Override
    public void add(String camera, ClipWindow window, ClipWindow.Sample sample, Picture picture) {
        StreamedFrames before = cameras.get(camera);
        try {
            if (window.size() == 1) {
                keep(camera, recognizer.start(picture));
            } else if (before != null) {
                keep(camera, recognizer.step(before, picture));
            }
        } catch (InferenceException e) {
            LOG.debug("camera {}: the kept samples will be run again", camera, e);
            forget(camera);
        }
    }

    @Override
    public List<Action> actions(String camera, ClipWindow window, List<ClipWindow.Sample> clip, Stopwatch stopwatch)
            throws InferenceException {
        StreamedFrames frames = cameras.get(camera);
        if (frames == null) {
            frames = runAgain(camera, window.samples());
        }
        List<Action> actions = recognizer.actions(frames);
        stopwatch.lap("recognize");
        return actions;
    }

    @Override
    public void expire(String camera, List<Long> slots) {
        // samples that leave one by one are out of reach, and after all have left the next one starts anew
    }

    @Override
    public void forget(String camera) {
        StreamedFrames forgotten = cameras.remove(camera);
        if (forgotten != null) {
            forgotten.close();
        }
    }

    @Override
    public void close() {
        cameras.values().forEach(StreamedFrames::close);
        cameras.clear();
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
            forget(camera);
            throw e;
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
