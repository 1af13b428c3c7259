package io.vigil.streams.recognition;

import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.testing.Microbenchmark;
import io.vigil.streams.testing.TestPackages;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** One clip of 8 frames of the windowed recognizer, one frame of the streaming one. */
public class RecognizerBenchmark extends Microbenchmark {

    @Param({"windowed", "streaming"})
    public String kind;

    private RecognitionModel model;
    private BareRecognizer recognizer;

    @Setup
    public void prepare() throws InferenceException {
        Path shipped =
                kind.equals("windowed") ? TestPackages.SHIPPED_RECOGNIZER : TestPackages.SHIPPED_STREAMING_RECOGNIZER;
        model = RecognitionModel.load(shipped, TestPackages.INFERENCE);
        recognizer = new BareRecognizer(model, Picture.grey(160, 112));
    }

    @TearDown
    public void release() {
        recognizer.close();
        model.close();
    }

    @Benchmark
    public void run() throws InferenceException {
        recognizer.recognize();
    }
}
