package io.vigil.streams.detection;

/**
 * A place in a support frame that looks like a bin of the RoI.
 *
 * @param row of the bin, from the top
 * @param column of the bin, from the left
 * @param x column of the source picture, within it
 * @param y row of the source picture, within it
 * @param similarity cosine of the two features
 * @param weight its share in the RoI's features, 0 to 1: the bin's attention to the frame (mean over the blocks), divided among the bin's
 *     points by the softmax of their similarity, and by the number of bins
 */
public record SimilarPoint(int row, int column, float x, float y, float similarity, float weight) {}
