package io.vigil.streams.detection;

import io.vigil.streams.frame.Fitted;
import io.vigil.streams.frame.InputFit;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.frame.PictureFitter;
import io.vigil.streams.inference.DirectMemory;
import io.vigil.streams.inference.ElementType;
import io.vigil.streams.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the frame graph sees of a picture, in memory that is used again. Not thread-safe. */
final class DetectorInput implements AutoCloseable {

    private final PictureFitter fitter;
    private final ByteBuffer size = ByteBuffer.allocateDirect(2 * Float.BYTES).order(ByteOrder.nativeOrder());
    private final DirectMemory memory = new DirectMemory();
    private ByteBuffer image = memory.of(0);

    DetectorInput(InputFit fit) {
        this.fitter = new PictureFitter(fit);
    }

    /** Fits a picture; the tensors are over it until the next one. */
    Fitted write(Picture picture) {
        Fitted fitted = fitter.fit(picture);
        image = memory.of(fitted.bytes());
        fitter.write(picture, fitted, image);
        size.putFloat(0, fitted.contentHeight()).putFloat(Float.BYTES, fitted.contentWidth());
        return fitted;
    }

    /** uint8 RGB [1, H, W, 3] of the fitted picture; the caller closes it. */
    Tensor pixels(Fitted fitted) {
        return Tensor.over(image, ElementType.UINT8, 1, fitted.height(), fitted.width(), 3);
    }

    /** float32 [2], height and width of the content; the caller closes it. */
    Tensor size() {
        return Tensor.over(size, ElementType.FLOAT32, 2);
    }

    @Override
    public void close() {
        fitter.close();
    }
}
