package io.vigil.streams.rules;

import java.util.List;
import java.util.stream.IntStream;

/** A closed polygon, its border included. */
public record Polygon(List<Point> corners) {

    private static final double BORDER = 1e-9;

    public Polygon {
        corners = List.copyOf(corners);
        if (corners.size() < 3) {
            throw new IllegalArgumentException(
                    "a polygon needs three corners or more, not %d".formatted(corners.size()));
        }
        if (corners.stream().distinct().count() < corners.size()) {
            throw new IllegalArgumentException("a polygon has each corner once; it closes itself");
        }
    }

    /** Even-odd rule: a ray from an inner point meets the border an odd number of times. */
    boolean contains(Point point) {
        boolean inside = false;
        for (Segment side : sides()) {
            Point a = side.from();
            Point b = side.to();
            boolean straddles = (a.y() > point.y()) != (b.y() > point.y());
            if (straddles && point.x() < a.x() + (point.y() - a.y()) / (b.y() - a.y()) * (b.x() - a.x())) {
                inside = !inside;
            }
        }
        return inside || distanceToBorder(point) <= BORDER;
    }

    double distanceToBorder(Point point) {
        return sides().stream().mapToDouble(side -> side.distance(point)).min().orElseThrow();
    }

    private List<Segment> sides() {
        return IntStream.range(0, corners.size())
                .mapToObj(i -> new Segment(corners.get(i), corners.get((i + 1) % corners.size())))
                .toList();
    }
}
