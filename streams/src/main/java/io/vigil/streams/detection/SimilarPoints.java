package io.vigil.streams.detection;

import io.vigil.streams.frame.Fitted;
import io.vigil.streams.inference.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads the most similar points of one RoI, and weighs them by its attention. */
final class SimilarPoints {

    private final FloatBuffer places;
    private final FloatBuffer similarity;
    private final int perBin;
    private final AttentionMap attention;
    private final Fitted fitted;

    /**
     * @param places {@code [T, 1, S, S, K, 2]}, x and y in pixels of the input
     * @param similarity {@code [T, 1, S, S, K]}, best first
     * @param fitted how pictures of this size become the input
     */
    SimilarPoints(Tensor places, Tensor similarity, AttentionMap attention, Fitted fitted) {
        this.places = places.floats();
        this.similarity = similarity.floats();
        this.perBin = (int) similarity.shape()[4];
        this.attention = attention;
        this.fitted = fitted;
    }

    /** Of every support frame, oldest first. */
    List<DetectionExplanation.Support> supports() {
        List<DetectionExplanation.Support> supports = new ArrayList<>();
        for (int support = 0; support < attention.frames() - 1; support++) {
            supports.add(new DetectionExplanation.Support(attention.frame(support + 1), points(support)));
        }
        return supports;
    }

    private List<SimilarPoint> points(int support) {
        int bins = attention.bins();
        List<SimilarPoint> points = new ArrayList<>();
        for (int row = 0; row < bins; row++) {
            for (int column = 0; column < bins; column++) {
                addBin(points, support, row, column);
            }
        }
        return points;
    }

    private void addBin(List<SimilarPoint> points, int support, int row, int column) {
        int bins = attention.bins();
        int first = ((support * bins + row) * bins + column) * perBin;
        double share = attention.bin(support + 1, row, column) / (bins * bins);
        double sum = 0;
        for (int i = first; i < first + perBin; i++) {
            sum += Math.exp(similarity.get(i));
        }
        for (int i = first; i < first + perBin; i++) {
            points.add(new SimilarPoint(
                    row,
                    column,
                    within(fitted.sourceX(places.get(2 * i)), fitted.sourceWidth()),
                    within(fitted.sourceY(places.get(2 * i + 1)), fitted.sourceHeight()),
                    similarity.get(i),
                    (float) (share * Math.exp(similarity.get(i)) / sum)));
        }
    }

    /** The search also covers the padding right of the picture and below it; a point there is put on the edge. */
    private static float within(float value, int size) {
        return Math.max(0, Math.min(value, size));
    }
}
