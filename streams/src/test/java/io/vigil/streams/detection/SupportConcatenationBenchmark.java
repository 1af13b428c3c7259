package io.vigil.streams.detection;

import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Tensor;
import io.vigil.streams.testing.Microbenchmark;
import io.vigil.streams.testing.TestPackages;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** From the contributions of the supports to the tensors of the detect graph. */
public class SupportConcatenationBenchmark extends Microbenchmark {

    @Param({"1", "7"})
    public int supports;

    private DetectionModel model;
    private List<SupportConcatenation> concatenations;
    private List<Contribution> contributions;

    @Setup
    public void prepare() throws InferenceException {
        model = DetectionModel.load(TestPackages.SHIPPED_DETECTOR, TestPackages.INFERENCE);
        PostProcessing unused = new PostProcessing(0.5, 0.5, 1);
        try (TraDetector detector = new TraDetector(model, unused)) {
            Picture picture = Picture.grey(448, 336);
            contributions = Collections.nCopies(supports, detector.contribution(picture));
        }
        concatenations = new ArrayList<>();
        model.contributions().forEach(name -> concatenations.add(new SupportConcatenation(name)));
    }

    @TearDown
    public void release() {
        model.close();
    }

    @Benchmark
    public void fillTensors(Blackhole sink) throws InferenceException {
        for (SupportConcatenation concatenation : concatenations) {
            try (Tensor tensor = concatenation.of(contributions)) {
                sink.consume(tensor);
            }
        }
    }
}
