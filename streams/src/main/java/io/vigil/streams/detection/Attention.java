package io.vigil.streams.detection;

import java.util.List;

/**
 * How much of the RoI's features came from one frame, mean over the RoI's bins.
 *
 * @param mean over the blocks, 0 to 1; over the RoI itself and all support frames it sums to 1
 * @param blocks the same for each block of channels
 */
public record Attention(float mean, List<Float> blocks) {

    public Attention {
        blocks = List.copyOf(blocks);
    }
}
