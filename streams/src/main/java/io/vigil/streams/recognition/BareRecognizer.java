package io.vigil.streams.recognition;

import io.vigil.streams.frame.Fitted;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.frame.PictureFitter;
import io.vigil.streams.inference.ElementType;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * The graph of a recognizer over a clip that is ready, with nothing around it: what measurements compare the service with.
 *
 * <p>Not thread-safe; the model is shared and stays its owner's.
 */
public final class BareRecognizer implements AutoCloseable {

    private final RecognitionModel model;
    private final Tensor clip;

    /**
     * @param picture serves as every frame of the clip
     */
    public BareRecognizer(RecognitionModel model, Picture picture) {
        this.model = model;
        int frames = model.manifest().temporal().frames();
        try (PictureFitter fitter = new PictureFitter(model.input())) {
            Fitted fitted = fitter.fit(picture);
            ByteBuffer memory =
                    ByteBuffer.allocateDirect(frames * fitted.bytes()).order(ByteOrder.nativeOrder());
            for (int frame = 0; frame < frames; frame++) {
                ByteBuffer part =
                        memory.slice(frame * fitted.bytes(), fitted.bytes()).order(ByteOrder.nativeOrder());
                fitter.write(picture, fitted, part);
            }
            this.clip = Tensor.over(memory, ElementType.UINT8, 1, frames, fitted.height(), fitted.width(), 3);
        }
    }

    public void recognize() throws InferenceException {
        model.recognize().run(Map.of(RecognitionModel.CLIP, clip)).close();
    }

    @Override
    public void close() {
        clip.close();
    }
}
