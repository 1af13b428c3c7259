package io.vigil.streams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PolygonTest {

    private static final Polygon SQUARE = polygon(0.2, 0.2, 0.8, 0.2, 0.8, 0.8, 0.2, 0.8);

    /** A U that is open at the top. */
    private static final Polygon CONCAVE = polygon(0, 0, 0.2, 0, 0.2, 0.8, 0.8, 0.8, 0.8, 0, 1, 0, 1, 1, 0, 1);

    @Test
    void shouldContainWhatIsInsideAndOnItsBorder() {
        assertThat(SQUARE.contains(new Point(0.5, 0.5))).isTrue();
        assertThat(SQUARE.contains(new Point(0.8, 0.5))).isTrue();
        assertThat(SQUARE.contains(new Point(0.8, 0.8))).isTrue();
        assertThat(SQUARE.contains(new Point(0.81, 0.5))).isFalse();
        assertThat(SQUARE.contains(new Point(0.5, 0.1))).isFalse();
    }

    @Test
    void shouldReachToTheEdgesOfThePicture() {
        Polygon picture = polygon(0, 0, 1, 0, 1, 1, 0, 1);

        assertThat(picture.contains(new Point(0.3, 1))).isTrue();
        assertThat(picture.contains(new Point(1, 1))).isTrue();
    }

    @Test
    void shouldNotContainItsOwnBay() {
        assertThat(CONCAVE.contains(new Point(0.5, 0.4))).isFalse();
        assertThat(CONCAVE.contains(new Point(0.1, 0.4))).isTrue();
        assertThat(CONCAVE.contains(new Point(0.5, 0.9))).isTrue();
    }

    @Test
    void aPolygonNeedsThreeDifferentCorners() {
        assertThatIllegalArgumentException().isThrownBy(() -> polygon(0, 0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> polygon(0, 0, 1, 1, 0, 0));
    }

    /** A point is in a convex polygon when it is on the same side of all its sides. */
    @Property
    void shouldAgreeWithTheDefinitionForTriangles(
            @ForAll("points") Point a,
            @ForAll("points") Point b,
            @ForAll("points") Point c,
            @ForAll("points") Point p) {
        Assume.that(a.distanceTo(b) > 0.01 && b.distanceTo(c) > 0.01 && c.distanceTo(a) > 0.01);
        double[] sides = {
            new Segment(a, b).signedDistance(p),
            new Segment(b, c).signedDistance(p),
            new Segment(c, a).signedDistance(p)
        };
        Assume.that(IntStream.range(0, 3).allMatch(i -> Math.abs(sides[i]) > 1e-6));
        boolean allRight = IntStream.range(0, 3).allMatch(i -> sides[i] > 0);
        boolean allLeft = IntStream.range(0, 3).allMatch(i -> sides[i] < 0);

        assertThat(new Polygon(List.of(a, b, c)).contains(p)).isEqualTo(allRight || allLeft);
    }

    @Property
    void shouldNotDependOnTheFirstCornerNorOnTheOrder(
            @ForAll("points") Point p, @ForAll @IntRange(max = 7) int rotation) {
        List<Point> corners = new ArrayList<>(CONCAVE.corners());
        Collections.rotate(corners, rotation);
        boolean rotated = new Polygon(corners).contains(p);
        Collections.reverse(corners);

        assertThat(rotated).isEqualTo(CONCAVE.contains(p));
        assertThat(new Polygon(corners).contains(p)).isEqualTo(CONCAVE.contains(p));
    }

    @Provide
    Arbitrary<Point> points() {
        Arbitrary<Double> shares = Arbitraries.doubles().between(0, 1);
        return Combinators.combine(shares, shares).as(Point::new);
    }

    static Polygon polygon(double... coordinates) {
        return new Polygon(IntStream.range(0, coordinates.length / 2)
                .mapToObj(i -> new Point(coordinates[2 * i], coordinates[2 * i + 1]))
                .toList());
    }
}
