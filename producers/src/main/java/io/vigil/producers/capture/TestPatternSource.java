package io.vigil.producers.capture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.FILLED;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_SIMPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;
import static org.bytedeco.opencv.global.opencv_imgproc.circle;
import static org.bytedeco.opencv.global.opencv_imgproc.putText;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.TestPattern;
import io.vigil.producers.encode.Jpeg;
import io.vigil.producers.encode.JpegEncoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that say which they are: camera id, frame number and capture time as text, the frame number also as a bar
 * code.
 *
 * <p>The bar code is the strip of the lowest {@value #STRIP_HEIGHT} pixel rows, {@value #CELLS} cells of equal width
 * from the left edge to the right, each wholly white (1) or black (0):
 *
 * <ol>
 *   <li>2 cells, 1 0: the start mark
 *   <li>32 cells: the frame's sequence number modulo 2^32, most significant bit first
 *   <li>4 cells: the exclusive or of the number's eight half bytes and {@value #CHECK_SEED}, most significant bit first
 *   <li>2 cells, 0 1: the end mark
 * </ol>
 *
 * <p>Sampling the middle of each cell with a threshold of half brightness reads it back from JPEG of quality 70.
 */
final class TestPatternSource implements FrameSource {

    static final int CELLS = 40;
    static final int STRIP_HEIGHT = 16;
    static final int CHECK_SEED = 10;

    private static final int NUMBER_BITS = 32;
    private static final Scalar WHITE = new Scalar(255, 255, 255, 0);
    private static final Scalar BLACK = new Scalar(0, 0, 0, 0);
    private static final Scalar BACKGROUND = new Scalar(96, 72, 48, 0);
    private static final Scalar DISC = new Scalar(60, 160, 250, 0);

    private final TestPattern pattern;
    private final Mat canvas;
    private long next;

    TestPatternSource(CameraConfig camera) {
        this.pattern = camera.source().testPattern();
        int wanted = camera.width() == 0 ? pattern.width() : Math.min(pattern.width(), camera.width());
        int width = Math.max(wanted, TestPattern.MIN_WIDTH);
        int height = Math.round((float) pattern.height() * width / pattern.width());
        this.canvas = new Mat(height, width, CV_8UC3);
    }

    @Override
    public void open() {}

    @Override
    public @Nullable Picture next() {
        if (pattern.frames() > 0 && next == pattern.frames()) {
            return null;
        }
        return new Drawn(Math.round(next++ * 1_000_000 / pattern.rate()));
    }

    @Override
    public boolean hasEnd() {
        return pattern.frames() > 0;
    }

    @Override
    public boolean needsPacing() {
        return true;
    }

    @Override
    public void interrupt() {}

    @Override
    public void close() {
        canvas.close();
    }

    /** The cells of the bar code from left to right. */
    static boolean[] barCode(long sequence) {
        int number = (int) sequence;
        int check = CHECK_SEED;
        for (int shift = 0; shift < NUMBER_BITS; shift += 4) {
            check ^= (number >>> shift) & 0xF;
        }
        long code = (0b10L << 38) | (Integer.toUnsignedLong(number) << 6) | ((long) check << 2) | 0b01;
        boolean[] cells = new boolean[CELLS];
        for (int i = 0; i < CELLS; i++) {
            cells[i] = (code >>> (CELLS - 1 - i) & 1) == 1;
        }
        return cells;
    }

    private final class Drawn implements Picture {

        private final long mediaTimeMicros;

        Drawn(long mediaTimeMicros) {
            this.mediaTimeMicros = mediaTimeMicros;
        }

        @Override
        public long mediaTimeMicros() {
            return mediaTimeMicros;
        }

        @Override
        public Jpeg encode(FrameStamp stamp, int quality) {
            canvas.put(BACKGROUND);
            drawDisc(stamp.sequence());
            drawText(stamp);
            drawBarCode(stamp.sequence());
            return JpegEncoder.encode(canvas, quality);
        }

        private void drawDisc(long sequence) {
            int radius = canvas.rows() / 12;
            int way = canvas.cols() - 2 * radius;
            try (Point centre = new Point(radius + (int) (sequence * 7 % way), canvas.rows() * 3 / 4)) {
                circle(canvas, centre, radius, DISC, FILLED, LINE_AA, 0);
            }
        }

        private void drawText(FrameStamp stamp) {
            String time = Instant.EPOCH
                    .plus(stamp.captureTimeMicros(), ChronoUnit.MICROS)
                    .truncatedTo(ChronoUnit.MILLIS)
                    .toString();
            drawLine(stamp.camera().value(), 1);
            drawLine("frame " + stamp.sequence(), 2);
            drawLine(time, 3);
        }

        private void drawLine(String text, int line) {
            // a Hershey letter of scale 1 is about 20 pixels wide
            double scale = Math.min(canvas.rows() / 240.0, canvas.cols() * 0.9 / (20.0 * text.length()));
            try (Point origin = new Point(canvas.cols() / 20, canvas.rows() * line / 6)) {
                putText(canvas, text, origin, FONT_HERSHEY_SIMPLEX, scale, WHITE, 1, LINE_AA, false);
            }
        }

        private void drawBarCode(long sequence) {
            boolean[] cells = barCode(sequence);
            int top = canvas.rows() - STRIP_HEIGHT;
            for (int i = 0; i < CELLS; i++) {
                try (Point from = new Point(canvas.cols() * i / CELLS, top);
                        Point to = new Point(canvas.cols() * (i + 1) / CELLS - 1, canvas.rows() - 1)) {
                    rectangle(canvas, from, to, cells[i] ? WHITE : BLACK, FILLED, 0, 0);
                }
            }
        }
    }
}
