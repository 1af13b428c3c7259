package io.vigil.streams.rules;

import io.vigil.schema.Box;
import io.vigil.schema.FrameReference;
import io.vigil.streams.frame.FrameStamp;
import java.util.List;

/**
 * A frame with what was found in it.
 *
 * @param stamp which frame of its camera
 * @param reference where it lies
 * @param boxes detected objects, followed or not
 */
record SeenFrame(FrameStamp stamp, FrameReference reference, List<Box> boxes) {

    Sighting sighting(Box box) {
        return new Sighting(stamp.timeMicros(), reference, box);
    }

    /** Where an object stands: the middle of its box's lower edge. */
    Point footOf(Box box) {
        return new Point(
                (box.getX() + box.getW() / 2.0) / stamp.width(), (box.getY() + (double) box.getH()) / stamp.height());
    }
}
