package io.vigil.streams.rules;

import io.vigil.streams.frame.FrameStamp;
import java.util.List;

/**
 * Who is where in front of a camera.
 *
 * @param frame the last frame
 * @param stays objects in zones, in the order of their entry
 * @param approaches objects on a side of a line
 * @param crowds zones with too many objects
 */
record Scene(FrameStamp frame, List<Stay> stays, List<Approach> approaches, List<Crowd> crowds) {

    Scene {
        stays = List.copyOf(stays);
        approaches = List.copyOf(approaches);
        crowds = List.copyOf(crowds);
    }

    /**
     * An object in a zone.
     *
     * @param zone name
     * @param epoch of the stream when it entered
     * @param enteredMicros capture time of the first frame it was inside
     * @param dwelt whether it has been told that it dwells
     * @param last where it was seen last
     */
    record Stay(String zone, long epoch, long enteredMicros, boolean dwelt, Sighting last) {

        String trackId() {
            return last.box().getTrackId();
        }

        Stay seen(Sighting sighting) {
            return new Stay(zone, epoch, enteredMicros, dwelt, sighting);
        }

        Stay dwelling() {
            return new Stay(zone, epoch, enteredMicros, true, last);
        }
    }

    /**
     * The last place of an object that was clearly on one side of a line.
     *
     * @param line name
     * @param trackId of the object
     * @param place where it was
     * @param lastSeenMicros capture time of the last frame that showed the object
     */
    record Approach(String line, String trackId, Point place, long lastSeenMicros) {}

    /**
     * Too many objects in a zone.
     *
     * @param zone name
     * @param epoch of the stream when they became too many
     * @param sinceMicros capture time of the frame in which they did
     * @param most so far
     */
    record Crowd(String zone, long epoch, long sinceMicros, int most) {}
}
