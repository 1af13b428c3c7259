package io.vigil.console.web.cameras;

import java.time.Instant;

/** Is told of the records of the cameras topic as they are read, on their reader's thread; again when they are read again. */
public interface CameraListener {

    /** A camera was added or changed. */
    void registered(String id);

    /**
     * A camera was removed.
     *
     * @param time when
     */
    void removed(String id, Instant time);
}
