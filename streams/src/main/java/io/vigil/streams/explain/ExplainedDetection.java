package io.vigil.streams.explain;

import io.vigil.streams.detection.Attention;
import io.vigil.streams.detection.BoundingBox;
import io.vigil.streams.detection.SimilarPoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why an object was found; boxes and points in pixels of the source picture.
 *
 * @param camera whose frame it was found in
 * @param epoch of the key frame and all its support frames
 * @param key the key frame
 * @param width of the source picture, pixels
 * @param height of the source picture, pixels
 * @param modelName of the model package
 * @param modelVersion of the model package
 * @param label class of the object
 * @param score probability, as found again
 * @param box of the object, as found again
 * @param trackId as published
 * @param roi the proposal that was looked at
 * @param bins the RoI has so many rows, and columns, of bins
 * @param own attention to the RoI's own features
 * @param supports oldest first; the last is the key frame itself
 */
public record ExplainedDetection(
        String camera,
        long epoch,
        LoggedFrame key,
        int width,
        int height,
        String modelName,
        String modelVersion,
        String label,
        float score,
        BoundingBox box,
        @Nullable String trackId,
        BoundingBox roi,
        int bins,
        Attention own,
        List<Support> supports) {

    /**
     * What one support frame gave.
     *
     * @param frame which one
     * @param attention to it
     * @param points the most similar ones, bin by bin, the best of a bin first
     */
    public record Support(LoggedFrame frame, Attention attention, List<SimilarPoint> points) {

        public Support {
            points = List.copyOf(points);
        }
    }

    public ExplainedDetection {
        supports = List.copyOf(supports);
    }
}
