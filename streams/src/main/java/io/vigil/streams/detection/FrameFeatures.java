package io.vigil.streams.detection;

import io.vigil.streams.frame.Fitted;
import io.vigil.streams.inference.Outputs;
import io.vigil.streams.inference.Tensor;

/**
 * What a detector makes of one frame by itself. Valid until it is closed, which must be before its {@link FrameGraphs} see another.
 *
 * @param fitted how the frame became the input
 * @param size float32 [2], height and width of the content
 * @param frame outputs of the frame graph
 * @param contribution should it become a support frame
 */
public record FrameFeatures(Fitted fitted, Tensor size, Outputs frame, Contribution contribution)
        implements AutoCloseable {

    @Override
    public void close() {
        frame.close();
        size.close();
    }
}
