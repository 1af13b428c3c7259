package io.vigil.producers.record;

import static org.bytedeco.opencv.global.opencv_imgproc.FILLED;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_SIMPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_8;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;
import static org.bytedeco.opencv.global.opencv_imgproc.putText;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;

import io.vigil.schema.Box;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Draws boxes with label and score; an object keeps its colour as long as it is followed. */
final class BoxPainter {

    private static final int THICKNESS = 2;
    private static final double FONT_SCALE = 0.45;
    /** A Hershey letter of scale 1 is about 20 pixels wide and 22 high. */
    private static final int LETTER_WIDTH = (int) Math.ceil(20 * FONT_SCALE);

    private static final int CAPTION_HEIGHT = (int) Math.ceil(22 * FONT_SCALE) + 6;
    private static final Scalar INK = new Scalar(0, 0, 0, 0);

    /** Blue, green, red; bright enough for black letters. */
    private static final List<Scalar> COLOURS = List.of(
            new Scalar(80, 220, 80, 0),
            new Scalar(80, 200, 255, 0),
            new Scalar(255, 200, 80, 0),
            new Scalar(220, 140, 255, 0),
            new Scalar(120, 160, 255, 0),
            new Scalar(230, 230, 90, 0));

    void paint(Mat bgr, Box box) {
        int left = Math.round(box.getX());
        int top = Math.round(box.getY());
        int right = Math.round(box.getX() + box.getW()) - 1;
        int bottom = Math.round(box.getY() + box.getH()) - 1;
        Scalar colour = colourOf(box);
        try (Point from = new Point(left, top);
                Point to = new Point(right, bottom)) {
            rectangle(bgr, from, to, colour, THICKNESS, LINE_8, 0);
        }
        String caption = "%s %d%%".formatted(box.getLabel(), Math.round(box.getScore() * 100));
        int base = top >= CAPTION_HEIGHT ? top : top + CAPTION_HEIGHT;
        try (Point from = new Point(left, base - CAPTION_HEIGHT);
                Point to = new Point(left + caption.length() * LETTER_WIDTH, base);
                Point origin = new Point(left + 2, base - 4)) {
            rectangle(bgr, from, to, colour, FILLED, LINE_8, 0);
            putText(bgr, caption, origin, FONT_HERSHEY_SIMPLEX, FONT_SCALE, INK, 1, LINE_AA, false);
        }
    }

    private static Scalar colourOf(Box box) {
        String object = box.getTrackId() == null ? box.getLabel() : box.getTrackId();
        return COLOURS.get(Math.floorMod(object.hashCode(), COLOURS.size()));
    }
}
