package io.vigil.streams.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Greedy suppression within each class: a box is kept unless a better one of its class covers it. */
public final class NonMaximumSuppression {

    private final double maxIou;
    private final int maxDetections;

    /**
     * @param maxIou intersection over union that two kept boxes of a class may have
     * @param maxDetections the best so many of all classes together are kept
     */
    public NonMaximumSuppression(double maxIou, int maxDetections) {
        this.maxIou = maxIou;
        this.maxDetections = maxDetections;
    }

    /** The detections that are kept, best first; of equal scores the earlier one counts as better. */
    public List<Detection> keepBest(List<Detection> candidates) {
        List<Detection> bestFirst = new ArrayList<>(candidates);
        bestFirst.sort(Comparator.comparingDouble(Detection::score).reversed());
        List<Detection> kept = new ArrayList<>();
        for (Detection candidate : bestFirst) {
            if (kept.size() == maxDetections) {
                break;
            }
            if (kept.stream().noneMatch(better -> covers(better, candidate))) {
                kept.add(candidate);
            }
        }
        return kept;
    }

    private boolean covers(Detection better, Detection candidate) {
        return better.label() == candidate.label() && better.box().iou(candidate.box()) > maxIou;
    }
}
