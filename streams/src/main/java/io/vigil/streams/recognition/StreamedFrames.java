package io.vigil.streams.recognition;

import io.vigil.streams.inference.Outputs;
import io.vigil.streams.inference.Tensor;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a streaming recognizer remembers of the frames of one camera, and what it says at the last of them. Native memory: whoever got
 * it from {@link StreamingRecognizer} closes it.
 */
public final class StreamedFrames implements AutoCloseable {

    private final Outputs outputs;

    StreamedFrames(Outputs outputs) {
        this.outputs = outputs;
    }

    FloatBuffer logits() {
        return outputs.get(RecognitionModel.LOGITS).floats();
    }

    /** The state as the graph {@code step} takes it; stays owned here. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        outputs.all().forEach((name, tensor) -> {
            if (name.startsWith(RecognitionModel.NEXT_PREFIX)) {
                state.put(RecognitionModel.stateOf(name), tensor);
            }
        });
        return state;
    }

    @Override
    public void close() {
        outputs.close();
    }
}
