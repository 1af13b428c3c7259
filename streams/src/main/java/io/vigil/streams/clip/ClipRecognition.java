package io.vigil.streams.clip;

import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.recognition.Action;
import io.vigil.streams.time.Stopwatch;
import java.util.List;

/**
 * How the actions of a clip are found, and what is kept in memory for it by camera: a cache, made again from the stored frames
 * where it is missing, which never changes a result. Not thread-safe.
 */
interface ClipRecognition extends AutoCloseable {

    /**
     * A frame has become a sample, the last of {@code window}.
     *
     * @throws InferenceException if a model fails on it, which no clip is lost by: the stored frames are looked at again
     */
    void add(String camera, ClipWindow window, ClipWindow.Sample sample, Picture picture) throws InferenceException;

    /**
     * The actions of the clip that ends with the last sample of {@code window}, best first.
     *
     * @param clip its samples, oldest first
     * @param stopwatch is told of the stages
     */
    List<Action> actions(String camera, ClipWindow window, List<ClipWindow.Sample> clip, Stopwatch stopwatch)
            throws InferenceException;

    /** The samples of these slots have left the window. */
    void expire(String camera, List<Long> slots);

    /** A camera has fallen silent. */
    void forget(String camera);

    /** Forgets all cameras. */
    @Override
    void close();
}
