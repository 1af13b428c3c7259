import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * How many runs of a classifier at 224 x 224 one key frame of a full-size detector takes, at 1000 x 563 with 14 supports, on two threads
 * in turns. The command is in docs/performance.md.
 */
public final class FullSizeRatio {

    private static final int WIDTH = 1008;
    private static final int HEIGHT = 576;
    private static final int SUPPORTS = 15; // the key frame is its own last support
    private static final int ROUNDS = 6;
    private static final int REFERENCE_RUNS = 10;
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private FullSizeRatio() {}

    /** @param arguments folder of a detector's package, classifier.onnx with the input x */
    public static void main(String[] arguments) throws OrtException {
        Path detector = Path.of(arguments[0]);
        try (OrtSession classifier = open(Path.of(arguments[1]));
                OrtSession frame = open(detector.resolve("frame.onnx"));
                OrtSession support = open(detector.resolve("support.onnx"));
                OrtSession detect = open(detector.resolve("detect.onnx"))) {
            Map<String, OnnxTensor> picture = Map.of("image", image(), "image_size", floats(new float[] {563, 1000}, 2));
            Map<String, OnnxTensor> small = Map.of("x", floats(new float[3 * 224 * 224], 1, 3, 224, 224));
            for (int round = 1; round <= ROUNDS; round++) {
                long start = System.nanoTime();
                for (int i = 0; i < REFERENCE_RUNS; i++) {
                    classifier.run(small).close();
                }
                double reference = millisSince(start) / REFERENCE_RUNS;
                double key = keyFrameMillis(frame, support, detect, picture);
                System.out.printf(
                        "round %d: classifier %.1f ms, key frame %.0f ms, ratio %.0f%n", round, reference, key, key / reference);
            }
        }
    }

    /** Frame, support and detect graph once each; joining the contributions of the supports is not counted. */
    private static double keyFrameMillis(
            OrtSession frame, OrtSession support, OrtSession detect, Map<String, OnnxTensor> picture) throws OrtException {
        long start = System.nanoTime();
        try (OrtSession.Result framed = frame.run(picture);
                OrtSession.Result contribution = support.run(tensors(framed))) {
            double millis = millisSince(start);
            Map<String, OnnxTensor> inputs = new HashMap<>(tensors(framed));
            inputs.put("image_size", picture.get("image_size"));
            Map<String, OnnxTensor> joined = new HashMap<>();
            for (Map.Entry<String, OnnxTensor> part : tensors(contribution).entrySet()) {
                joined.put(part.getKey(), repeated(part.getValue()));
            }
            inputs.putAll(joined);
            start = System.nanoTime();
            detect.run(inputs, Set.of("scores", "boxes")).close();
            millis += millisSince(start);
            joined.values().forEach(OnnxTensor::close);
            return millis;
        }
    }

    private static OrtSession open(Path model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(2);
            return ENVIRONMENT.createSession(model.toString(), options);
        }
    }

    private static Map<String, OnnxTensor> tensors(OrtSession.Result result) {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        result.forEach(output -> tensors.put(output.getKey(), (OnnxTensor) output.getValue()));
        return tensors;
    }

    private static OnnxTensor repeated(OnnxTensor part) throws OrtException {
        FloatBuffer values = part.getFloatBuffer();
        FloatBuffer all = ByteBuffer.allocateDirect(Float.BYTES * SUPPORTS * values.capacity())
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = 0; i < SUPPORTS; i++) {
            all.put(values.rewind());
        }
        long[] shape = part.getInfo().getShape().clone();
        shape[0] *= SUPPORTS;
        return OnnxTensor.createTensor(ENVIRONMENT, all.rewind(), shape);
    }

    /** Noisy blocks: untrained networks propose regions all over it. */
    private static OnnxTensor image() throws OrtException {
        Random random = new Random(1);
        ByteBuffer pixels = ByteBuffer.allocateDirect(WIDTH * HEIGHT * 3);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int block = i % WIDTH / 40 * 37 + i / WIDTH / 40 * 91;
            for (int channel = 0; channel < 3; channel++) {
                pixels.put((byte) (block + random.nextInt(16)));
            }
        }
        return OnnxTensor.createTensor(
                ENVIRONMENT, pixels.rewind(), new long[] {1, HEIGHT, WIDTH, 3}, OnnxJavaType.UINT8);
    }

    private static OnnxTensor floats(float[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(values), shape);
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
