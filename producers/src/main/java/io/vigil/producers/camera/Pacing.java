package io.vigil.producers.camera;

/** How fast a source that could be read at any speed is read. */
public enum Pacing {

    /** As fast as it was recorded; frames are dropped when they cannot be published in time, like a live camera's. */
    REALTIME,

    /**
     * As fast as frames can be published, without losing any: capture waits instead of dropping. Capture times are the
     * start plus the media time, so they do not depend on the speed of reading.
     */
    UNPACED
}
