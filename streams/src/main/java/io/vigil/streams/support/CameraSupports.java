package io.vigil.streams.support;

import io.vigil.streams.detection.Contribution;
import io.vigil.streams.frame.FrameStamp;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A camera's window and, where they have been computed, the contributions of its support frames. */
record CameraSupports(SupportWindow window, Map<FrameStamp, Contribution> contributions) {

    CameraSupports {
        contributions = new HashMap<>(contributions);
    }

    /** Moves the window to a key frame and drops the contributions of frames that are no longer in it. */
    SupportWindow.Turn moveTo(FrameStamp key) {
        SupportWindow.Turn turn = window.moveTo(key);
        contributions
                .keySet()
                .retainAll(turn.supports().stream()
                        .map(SupportWindow.Support::frame)
                        .collect(Collectors.toSet()));
        return turn;
    }

    /** Takes a frame in as the support frame of its slot. */
    void add(FrameStamp support, Contribution contribution) {
        window.add(support);
        contributions.put(support, contribution);
    }
}
