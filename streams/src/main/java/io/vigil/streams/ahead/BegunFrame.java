package io.vigil.streams.ahead;

import io.vigil.schema.StageTiming;
import io.vigil.streams.detection.FrameFeatures;
import io.vigil.streams.frame.Picture;
import java.util.List;

/**
 * A frame that was begun before its turn; valid until it is closed.
 *
 * @param picture its pixels
 * @param features what the graphs that see it alone made of it
 * @param timings stages decode, resize, frame, support
 * @param release of the memory that the picture is in
 */
public record BegunFrame(Picture picture, FrameFeatures features, List<StageTiming> timings, Runnable release)
        implements AutoCloseable {

    @Override
    public void close() {
        features.close();
        release.run();
    }
}
