package io.vigil.producers.record;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import io.vigil.producers.capture.NativeLibraries;
import io.vigil.schema.Box;
import io.vigil.schema.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * An MP4 file of one camera's frames with their boxes. Each frame is shown from its capture time until that of the next one, so
 * that gaps and changing frame rates are seen as they were.
 *
 * <p>The first frame sets the size; later ones of another size are scaled to it. Not thread-safe.
 */
public final class AnnotatedVideo implements AutoCloseable {

    private final Path file;
    private final BoxPainter painter = new BoxPainter();
    private @Nullable Mp4File video;
    private long frames;

    /** A video that is begun with its first frame. */
    public AnnotatedVideo(Path file) {
        NativeLibraries.load();
        this.file = file;
    }

    /**
     * Appends a frame.
     *
     * @param boxes in pixels of the frame
     * @return false if its picture cannot be decoded; it is left out then
     * @throws IOException if the file cannot be written
     */
    public boolean add(Frame frame, List<Box> boxes) throws IOException {
        byte[] jpeg = new byte[frame.getImage().remaining()];
        frame.getImage().duplicate().get(jpeg);
        if (jpeg.length == 0) {
            return false;
        }
        try (BytePointer bytes = new BytePointer(jpeg);
                Mat buffer = new Mat(1, jpeg.length, CV_8UC1, bytes);
                Mat bgr = imdecode(buffer, IMREAD_COLOR)) {
            if (bgr.empty()) {
                return false;
            }
            boxes.forEach(box -> painter.paint(bgr, box));
            video(bgr, frame.getCaptureTime()).add(bgr, frame.getCaptureTime());
        }
        frames++;
        return true;
    }

    /** How many frames it has. */
    public long frames() {
        return frames;
    }

    /**
     * Writes what is still to be written.
     *
     * @throws IOException if the file cannot be written
     */
    public void finish() throws IOException {
        if (video != null) {
            video.finish();
        }
    }

    /** Releases everything; without {@link #finish} before, the file is no video. */
    @Override
    public void close() {
        if (video != null) {
            video.close();
        }
    }

    private Mp4File video(Mat first, Instant begin) throws IOException {
        Mp4File begun = video;
        if (begun == null) {
            begun = Mp4File.create(file, first.cols(), first.rows(), begin);
            video = begun;
        }
        return begun;
    }
}
