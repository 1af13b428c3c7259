package io.vigil.streams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SegmentTest {

    private static final Segment UPWARD = new Segment(new Point(0.5, 0.9), new Point(0.5, 0.1));

    @Test
    void shouldTellRightFromLeftAsSeenAlongTheLine() {
        assertThat(UPWARD.signedDistance(new Point(0.7, 0.5))).isCloseTo(0.2, within(1e-12));
        assertThat(UPWARD.signedDistance(new Point(0.3, 0.5))).isCloseTo(-0.2, within(1e-12));
    }

    @Test
    void shouldBeCrossedBetweenItsEndsOnly() {
        assertThat(UPWARD.isCrossed(new Point(0.3, 0.5), new Point(0.7, 0.5))).isTrue();
        assertThat(UPWARD.isCrossed(new Point(0.3, 0.5), new Point(0.4, 0.5))).isFalse();
        assertThat(UPWARD.isCrossed(new Point(0.3, 0.05), new Point(0.7, 0.05))).isFalse();
    }

    @Test
    void shouldBeAsFarAsItsNearestPoint() {
        assertThat(UPWARD.distance(new Point(0.6, 0.5))).isCloseTo(0.1, within(1e-12));
        assertThat(UPWARD.distance(new Point(0.5, 0))).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void aLineNeedsTwoPoints() {
        Point point = new Point(0.5, 0.5);

        assertThatIllegalArgumentException().isThrownBy(() -> new Segment(point, point));
    }

    @Property
    void shouldSwapTheSidesWhenTurnedRound(
            @ForAll("points") Point a, @ForAll("points") Point b, @ForAll("points") Point p) {
        Assume.that(a.distanceTo(b) > 0.01);

        assertThat(new Segment(b, a).signedDistance(p)).isCloseTo(-new Segment(a, b).signedDistance(p), within(1e-9));
    }

    @Property
    void shouldNotBeCrossedWithoutAChangeOfSide(
            @ForAll("points") Point a,
            @ForAll("points") Point b,
            @ForAll("points") Point p,
            @ForAll("points") Point q) {
        Assume.that(a.distanceTo(b) > 0.01);
        Segment line = new Segment(a, b);
        Assume.that(line.signedDistance(p) * line.signedDistance(q) > 1e-9);

        assertThat(line.isCrossed(p, q)).isFalse();
    }

    @Provide
    Arbitrary<Point> points() {
        Arbitrary<Double> shares = Arbitraries.doubles().between(0, 1);
        return Combinators.combine(shares, shares).as(Point::new);
    }
}
