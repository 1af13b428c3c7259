package io.vigil.streams.detection;

import io.vigil.streams.testing.Microbenchmark;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** What is left of the candidates above the score threshold: all of them among few objects, several boxes each. */
public class NonMaximumSuppressionBenchmark extends Microbenchmark {

    private static final int LABELS = 5;
    private static final int OBJECTS = 12;
    private static final float SIDE = 60;

    @Param({"20", "100", "500"})
    public int candidates;

    private final NonMaximumSuppression suppression = new NonMaximumSuppression(0.5, 100);
    private List<Detection> detections;

    @Setup
    public void prepare() {
        Random random = new Random(7);
        detections = IntStream.range(0, candidates)
                .mapToObj(i -> detection(i % OBJECTS, random))
                .toList();
    }

    @Benchmark
    public List<Detection> keepBest() {
        return suppression.keepBest(detections);
    }

    private static Detection detection(int object, Random random) {
        float left = object * SIDE + random.nextFloat() * SIDE / 4;
        float top = random.nextFloat() * SIDE / 4;
        return new Detection(
                object % LABELS, random.nextFloat(), new BoundingBox(left, top, left + SIDE, top + 2 * SIDE));
    }
}
