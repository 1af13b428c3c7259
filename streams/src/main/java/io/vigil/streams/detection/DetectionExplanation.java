package io.vigil.streams.detection;

import java.util.List;

/**
 * Why an object was found; boxes in pixels of the source picture.
 *
 * @param detection as found again
 * @param roi the proposal that was looked at
 * @param bins the RoI has so many rows, and columns, of bins
 * @param own attention to the RoI's own features
 * @param supports oldest first; the last is the key frame itself
 */
public record DetectionExplanation(
        Detection detection, BoundingBox roi, int bins, Attention own, List<Support> supports) {

    /**
     * What one support frame gave.
     *
     * @param attention to the frame
     * @param points the most similar ones, bin by bin, the best of a bin first
     */
    public record Support(Attention attention, List<SimilarPoint> points) {

        public Support {
            points = List.copyOf(points);
        }
    }

    public DetectionExplanation {
        supports = List.copyOf(supports);
    }
}
