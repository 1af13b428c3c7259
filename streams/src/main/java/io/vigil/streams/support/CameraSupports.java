package io.vigil.streams.support;

import io.vigil.streams.detection.Contribution;
import java.util.HashMap;
import java.util.Map;

/** A camera's window and, where they have been computed, the contributions of its support frames by slot. */
record CameraSupports(SupportWindow window, Map<Long, Contribution> contributions) {

    CameraSupports(SupportWindow window) {
        this(window, new HashMap<>());
    }
}
