package io.vigil.console.web;

import io.vigil.schema.Detections;
import java.nio.ByteBuffer;

/**
 * A frame with what was found in it.
 *
 * @param jpeg the encoded picture; not to be changed
 */
record Picture(Detections detections, ByteBuffer jpeg) {

    String camera() {
        return detections.getCameraId();
    }
}
