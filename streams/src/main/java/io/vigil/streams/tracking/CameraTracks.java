package io.vigil.streams.tracking;

import io.vigil.streams.frame.FrameStamp;
import java.util.List;

/**
 * The tracks of a camera after a frame.
 *
 * @param frame the frame
 * @param tracks oldest first
 */
record CameraTracks(FrameStamp frame, List<Track> tracks) {

    CameraTracks {
        tracks = List.copyOf(tracks);
    }
}
