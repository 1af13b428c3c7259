package io.vigil.streams.recognition;

import io.vigil.streams.frame.Fitted;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.frame.PictureFitter;
import io.vigil.streams.inference.ElementType;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.OnnxGraph;
import io.vigil.streams.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The graph of a recognizer over a clip that is ready, or over one frame more of a streaming recognizer, with nothing around it: what
 * measurements compare the service with.
 *
 * <p>Not thread-safe; the model is shared and stays its owner's.
 */
public final class BareRecognizer implements AutoCloseable {

    private final OnnxGraph graph;
    private final Tensor pictures;
    private final @Nullable StreamedFrames before;
    private final Map<String, Tensor> inputs = new HashMap<>();

    /**
     * @param picture serves as every frame
     */
    public BareRecognizer(RecognitionModel model, Picture picture) throws InferenceException {
        this.pictures = pictures(model, picture);
        if (model.isStreaming()) {
            this.before = new StreamedFrames(model.start().run(Map.of(RecognitionModel.FRAME, pictures)));
            this.graph = model.step();
            inputs.putAll(before.state());
            inputs.put(RecognitionModel.FRAME, pictures);
        } else {
            this.before = null;
            this.graph = model.recognize();
            inputs.put(RecognitionModel.CLIP, pictures);
        }
    }

    public void recognize() throws InferenceException {
        graph.run(inputs).close();
    }

    @Override
    public void close() {
        pictures.close();
        if (before != null) {
            before.close();
        }
    }

    /** {@code (1, T, H, W, 3)}, of a streaming model {@code (1, H, W, 3)}. */
    private static Tensor pictures(RecognitionModel model, Picture picture) {
        int frames = model.isStreaming() ? 1 : model.manifest().temporal().frames();
        try (PictureFitter fitter = new PictureFitter(model.input())) {
            Fitted fitted = fitter.fit(picture);
            ByteBuffer memory =
                    ByteBuffer.allocateDirect(frames * fitted.bytes()).order(ByteOrder.nativeOrder());
            for (int frame = 0; frame < frames; frame++) {
                ByteBuffer part =
                        memory.slice(frame * fitted.bytes(), fitted.bytes()).order(ByteOrder.nativeOrder());
                fitter.write(picture, fitted, part);
            }
            return model.isStreaming()
                    ? Tensor.over(memory, ElementType.UINT8, 1, fitted.height(), fitted.width(), 3)
                    : Tensor.over(memory, ElementType.UINT8, 1, frames, fitted.height(), fitted.width(), 3);
        }
    }
}
