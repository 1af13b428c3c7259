package io.vigil.streams.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class NonMaximumSuppressionTest {

    private static final double MAX_IOU = 0.5;

    private final NonMaximumSuppression suppression = new NonMaximumSuppression(MAX_IOU, 20);

    @Test
    void shouldKeepTheBetterOfTwoThatOverlap() {
        Detection better = detection(0, 0.9f, 0, 0, 10, 10);
        Detection worse = detection(0, 0.8f, 1, 0, 11, 10);

        assertThat(suppression.keepBest(List.of(worse, better))).containsExactly(better);
    }

    @Test
    void shouldKeepBothWhenTheOverlapIsExactlyTheLimit() {
        // 10 x 10 and 10 x 5 within it: intersection over union is 0.5
        Detection one = detection(0, 0.9f, 0, 0, 10, 10);
        Detection other = detection(0, 0.8f, 0, 0, 10, 5);

        assertThat(suppression.keepBest(List.of(one, other))).containsExactly(one, other);
    }

    @Test
    void shouldNotLetClassesDisturbEachOther() {
        Detection person = detection(0, 0.9f, 0, 0, 10, 10);
        Detection dog = detection(1, 0.8f, 0, 0, 10, 10);

        assertThat(suppression.keepBest(List.of(person, dog))).containsExactly(person, dog);
    }

    @Test
    void shouldKeepTheBestOfAllClassesWhenThereAreTooMany() {
        NonMaximumSuppression one = new NonMaximumSuppression(MAX_IOU, 1);
        Detection person = detection(0, 0.7f, 0, 0, 10, 10);
        Detection dog = detection(1, 0.8f, 50, 50, 60, 60);

        assertThat(one.keepBest(List.of(person, dog))).containsExactly(dog);
    }

    @Property
    void shouldKeepNoTwoOfAClassThatOverlapMore(@ForAll("detections") List<Detection> candidates) {
        List<Detection> kept = suppression.keepBest(candidates);

        for (int i = 0; i < kept.size(); i++) {
            for (int j = i + 1; j < kept.size(); j++) {
                if (kept.get(i).label() == kept.get(j).label()) {
                    assertThat(kept.get(i).box().iou(kept.get(j).box())).isLessThanOrEqualTo(MAX_IOU);
                }
            }
        }
    }

    @Property
    void shouldDropOnlyWhatABetterKeptOneCovers(@ForAll("detections") List<Detection> candidates) {
        NonMaximumSuppression unlimited = new NonMaximumSuppression(MAX_IOU, Integer.MAX_VALUE);
        List<Detection> kept = unlimited.keepBest(candidates);

        assertThat(candidates).allSatisfy(candidate -> {
            if (!kept.contains(candidate)) {
                assertThat(kept)
                        .anyMatch(better -> better.label() == candidate.label()
                                && better.score() >= candidate.score()
                                && better.box().iou(candidate.box()) > MAX_IOU);
            }
        });
        assertThat(suppression.keepBest(candidates)).isEqualTo(kept.subList(0, Math.min(20, kept.size())));
        assertThat(kept)
                .isSortedAccordingTo(Comparator.comparing(Detection::score).reversed());
    }

    @Provide
    Arbitrary<List<Detection>> detections() {
        Arbitrary<Float> corners = Arbitraries.floats().between(0, 80);
        Arbitrary<Float> sides = Arbitraries.floats().between(1, 40);
        Arbitrary<BoundingBox> boxes = Combinators.combine(corners, corners, sides, sides)
                .as((x, y, width, height) -> new BoundingBox(x, y, x + width, y + height));
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.floats().between(0, 1),
                        boxes)
                .as(Detection::new)
                .list()
                .ofMaxSize(60);
    }

    private static Detection detection(int label, float score, float x1, float y1, float x2, float y2) {
        return new Detection(label, score, new BoundingBox(x1, y1, x2, y2));
    }
}
