package io.vigil.streams.frame;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.RejectedFrameException;
import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes JPEG pictures to RGB, at a half, a quarter or an eighth of their size where the models need no more: the decoder
 * then leaves out work, and its scaling averages all pixels.
 *
 * <p>The scale follows from the size of the picture and the models' inputs alone. Rotation tags are ignored: boxes are in
 * pixels of the picture as it is stored. Not thread-safe.
 */
public final class FrameDecoder implements AutoCloseable {

    private static final int[] DENOMINATORS = {8, 4, 2};

    private final List<InputFit> inputs;
    private final Mat scratch;

    /**
     * @param inputs what decoded pictures will be fitted into
     */
    public FrameDecoder(List<InputFit> inputs) {
        OpenCv.load();
        this.inputs = List.copyOf(inputs);
        this.scratch = new Mat();
    }

    /**
     * Decodes the picture of a frame that has passed {@link FrameCheck}.
     *
     * @return valid until the next call
     * @throws RejectedFrameException UNDECODABLE if the decoder refuses it
     */
    public Picture decode(Frame frame) throws RejectedFrameException {
        ByteBuffer image = frame.getImage().duplicate();
        try (BytePointer encoded = new BytePointer(image.remaining())) {
            encoded.put(image.array(), image.arrayOffset() + image.position(), image.remaining());
            try (Mat bytes = new Mat(1, image.remaining(), opencv_core.CV_8UC1, encoded)) {
                decode(frame, bytes);
            }
        }
        return new Picture(scratch, frame.getWidth(), frame.getHeight());
    }

    @Override
    public void close() {
        scratch.close();
    }

    /** How much smaller than the original pictures of this size are decoded: 1, 2, 4 or 8. */
    int denominator(int width, int height) {
        for (int denominator : DENOMINATORS) {
            if (inputs.stream()
                    .map(input -> input.fit(width, height))
                    .allMatch(fitted -> fitted.scaledWidth() * denominator <= width
                            && fitted.scaledHeight() * denominator <= height)) {
                return denominator;
            }
        }
        return 1;
    }

    private void decode(Frame frame, Mat bytes) throws RejectedFrameException {
        int flags = IMREAD_COLOR_RGB | IMREAD_IGNORE_ORIENTATION | reduction(frame.getWidth(), frame.getHeight());
        try (Mat decoded = imdecode(bytes, flags, scratch)) {
            if (decoded.empty()) {
                throw new RejectedFrameException(
                        DeadLetterReason.UNDECODABLE,
                        "the decoder refused the picture of %d bytes"
                                .formatted(frame.getImage().remaining()));
            }
        } catch (RuntimeException e) {
            throw new RejectedFrameException(
                    DeadLetterReason.UNDECODABLE, "the decoder refused the picture: %s".formatted(e.getMessage()));
        }
    }

    /** The bare reduction: OpenCV's colour flags of that kind ask for BGR besides. */
    private int reduction(int width, int height) {
        return switch (denominator(width, height)) {
            case 8 -> IMREAD_REDUCED_GRAYSCALE_8;
            case 4 -> IMREAD_REDUCED_GRAYSCALE_4;
            case 2 -> IMREAD_REDUCED_GRAYSCALE_2;
            default -> 0;
        };
    }
}
