package io.vigil.streams.frame;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Writes pictures into a model's input: bilinear scaling, then the centre cut out or the rest padded. Not thread-safe. */
public final class PictureFitter implements AutoCloseable {

    private final InputFit input;
    private final Mat scaled;
    private final Scalar padding;

    public PictureFitter(InputFit input) {
        OpenCv.load();
        this.input = input;
        this.scaled = new Mat();
        this.padding = new Scalar(124, 116, 104, 0);
    }

    /** The geometry for this picture. */
    public Fitted fit(Picture picture) {
        return input.fit(picture.width(), picture.height());
    }

    /**
     * Writes the picture.
     *
     * @param target direct; receives {@code (height, width, 3)} uint8 RGB of {@code fitted} at its position, which stays
     */
    public void write(Picture picture, Fitted fitted, ByteBuffer target) {
        if (!target.isDirect() || target.remaining() < fitted.bytes()) {
            throw new IllegalArgumentException("%s takes no picture of %d bytes".formatted(target, fitted.bytes()));
        }
        try (BytePointer memory = new BytePointer(target);
                Mat whole = new Mat(fitted.height(), fitted.width(), opencv_core.CV_8UC3, memory);
                Rect contentArea = new Rect(0, 0, fitted.contentWidth(), fitted.contentHeight());
                Mat content = new Mat(whole, contentArea)) {
            if (fitted.contentWidth() < fitted.width() || fitted.contentHeight() < fitted.height()) {
                whole.put(padding);
            }
            writeContent(picture, fitted, content);
        }
    }

    @Override
    public void close() {
        scaled.close();
        padding.close();
    }

    private void writeContent(Picture picture, Fitted fitted, Mat content) {
        try (Size size = new Size(fitted.scaledWidth(), fitted.scaledHeight())) {
            if (content.cols() == fitted.scaledWidth() && content.rows() == fitted.scaledHeight()) {
                resize(picture.pixels(), content, size, 0, 0, INTER_LINEAR);
                return;
            }
            resize(picture.pixels(), scaled, size, 0, 0, INTER_LINEAR);
        }
        try (Rect cut = new Rect(fitted.left(), fitted.top(), content.cols(), content.rows());
                Mat centre = new Mat(scaled, cut)) {
            centre.copyTo(content);
        }
    }
}
