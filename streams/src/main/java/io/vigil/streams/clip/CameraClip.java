package io.vigil.streams.clip;

import io.vigil.streams.recognition.ClipFrame;
import java.util.HashMap;
import java.util.Map;

/** A camera's window and, where they have been made, its samples as the recognizer sees them by slot. */
record CameraClip(ClipWindow window, Map<Long, ClipFrame> pictures) {

    CameraClip(ClipWindow window) {
        this(window, new HashMap<>());
    }
}
