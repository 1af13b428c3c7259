package io.vigil.streams.detection;

import io.vigil.streams.inference.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The attention of one RoI.
 *
 * @param weights {@code [F, B, S, S]}: of the RoI's own features, then of every support frame; sums to 1 over F
 * @param frames F
 * @param blocks B, groups of channels
 * @param bins S, rows and columns of the RoI
 */
record AttentionMap(FloatBuffer weights, int frames, int blocks, int bins) {

    /** Of the graph's output {@code [F, 1, B, S, S]}. */
    static AttentionMap of(Tensor attention) {
        long[] shape = attention.shape();
        return new AttentionMap(attention.floats(), (int) shape[0], (int) shape[2], (int) shape[3]);
    }

    /** What one frame got; 0 is the RoI itself, the supports follow. */
    Attention frame(int frame) {
        List<Float> perBlock = new ArrayList<>();
        double sum = 0;
        for (int block = 0; block < blocks; block++) {
            double ofBlock = 0;
            for (int bin = 0; bin < bins * bins; bin++) {
                ofBlock += weights.get(index(frame, block, bin));
            }
            perBlock.add((float) (ofBlock / (bins * bins)));
            sum += ofBlock;
        }
        return new Attention((float) (sum / (blocks * bins * bins)), perBlock);
    }

    /** What one bin gave a frame, mean over the blocks. */
    double bin(int frame, int row, int column) {
        double sum = 0;
        for (int block = 0; block < blocks; block++) {
            sum += weights.get(index(frame, block, row * bins + column));
        }
        return sum / blocks;
    }

    private int index(int frame, int block, int bin) {
        return (frame * blocks + block) * bins * bins + bin;
    }
}
