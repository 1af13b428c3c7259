import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How many clips recognizer packages name right as ONNX Runtime computes them on the processor, and how many as the first of them.
 * The command is in docs/model-package.md.
 */
public final class RecognizerAccuracy {

    private static final long[] CLIP = {1, 8, 112, 160, 3};
    private static final int CLIP_BYTES = 8 * 112 * 160 * 3;
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private RecognizerAccuracy() {}

    /** @param arguments clips as uint8 [N, 8, 112, 160, 3], a byte with the label of each, and folders of packages */
    public static void main(String[] arguments) throws IOException, OrtException {
        byte[] clips = Files.readAllBytes(Path.of(arguments[0]));
        byte[] labels = Files.readAllBytes(Path.of(arguments[1]));
        List<float[]> first = null;
        for (String folder : List.of(arguments).subList(2, arguments.length)) {
            List<float[]> logits = logits(Path.of(folder), clips, labels.length);
            first = first == null ? logits : first;
            int right = 0;
            int alike = 0;
            float furthest = 0;
            for (int i = 0; i < labels.length; i++) {
                right += best(logits.get(i)) == labels[i] ? 1 : 0;
                alike += best(logits.get(i)) == best(first.get(i)) ? 1 : 0;
                for (int k = 0; k < logits.get(i).length; k++) {
                    furthest = Math.max(furthest, Math.abs(logits.get(i)[k] - first.get(i)[k]));
                }
            }
            System.out.printf(
                    "%s: %d of %d right, %d named as by the first, logits differ by at most %.4f%n",
                    folder, right, labels.length, alike, furthest);
        }
    }

    private static List<float[]> logits(Path folder, byte[] clips, int count) throws OrtException {
        List<float[]> logits = new ArrayList<>();
        ByteBuffer memory = ByteBuffer.allocateDirect(CLIP_BYTES).order(ByteOrder.nativeOrder());
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = ENVIRONMENT.createSession(folder.resolve("recognize.onnx").toString(), options)) {
                for (int i = 0; i < count; i++) {
                    memory.clear().put(clips, i * CLIP_BYTES, CLIP_BYTES).flip();
                    try (OnnxTensor clip = OnnxTensor.createTensor(ENVIRONMENT, memory, CLIP, OnnxJavaType.UINT8);
                            OrtSession.Result result = session.run(Map.of("clip", clip))) {
                        logits.add(((float[][]) result.get(0).getValue())[0]);
                    }
                }
            }
        }
        return logits;
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
