package io.vigil.streams.frame;

import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.Jpegs;
import io.vigil.streams.testing.Microbenchmark;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** From a camera's JPEG to the pixels in a model's input. */
public class FrameDecoderBenchmark extends Microbenchmark {

    private static final InputFit INPUT = new InputFit(448, 336, InputFit.Resize.FIT, 16);

    @Param({"640x360", "1280x720", "1920x1080"})
    public String camera;

    private FrameDecoder decoder;
    private PictureFitter fitter;
    private Frame frame;
    private Picture picture;
    private Fitted fitted;
    private ByteBuffer input;

    @Setup
    public void prepare() throws RejectedFrameException {
        String[] sides = camera.split("x", 2);
        int width = Integer.parseInt(sides[0]);
        int height = Integer.parseInt(sides[1]);
        decoder = new FrameDecoder(List.of(INPUT));
        fitter = new PictureFitter(INPUT);
        frame = FrameFixture.frame()
                .size(width, height)
                .image(Jpegs.street(width, height))
                .build();
        picture = decoder.decode(frame);
        fitted = fitter.fit(picture);
        input = ByteBuffer.allocateDirect(fitted.bytes()).order(ByteOrder.nativeOrder());
    }

    @TearDown
    public void release() {
        fitter.close();
        decoder.close();
    }

    @Benchmark
    public Picture decode() throws RejectedFrameException {
        return decoder.decode(frame);
    }

    @Benchmark
    public ByteBuffer fillTensor() {
        fitter.write(picture, fitted, input);
        return input;
    }
}
