package io.vigil.streams.ahead;

import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.detection.FrameFeatures;
import io.vigil.streams.detection.FrameGraphs;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.frame.InputFit;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.time.Stopwatch;
import java.util.List;
import java.util.function.Consumer;

/** Memory in which one frame at a time is begun. Not thread-safe. */
final class FrameReader implements AutoCloseable {

    private final FrameDecoder decoder;
    private final FrameGraphs graphs;

    FrameReader(DetectionModel model, List<InputFit> inputs) {
        this.decoder = new FrameDecoder(inputs);
        this.graphs = FrameGraphs.besideOtherRuns(model);
    }

    /**
     * Begins a frame.
     *
     * @param whenClosed gets this reader back once the frame is closed
     */
    BegunFrame begin(Frame frame, Consumer<FrameReader> whenClosed) throws RejectedFrameException, InferenceException {
        Stopwatch stopwatch = new Stopwatch();
        Picture picture = decoder.decode(frame);
        stopwatch.lap("decode");
        FrameFeatures features = graphs.of(picture, stopwatch);
        return new BegunFrame(picture, features, stopwatch.timings(), () -> whenClosed.accept(this));
    }

    @Override
    public void close() {
        graphs.close();
        decoder.close();
    }
}
