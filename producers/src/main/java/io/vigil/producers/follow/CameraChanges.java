package io.vigil.producers.follow;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.schema.topic.CameraId;

/** What can be done to the cameras of an ingest while it runs; each call leaves the other cameras alone. */
public interface CameraChanges {

    /** Captures a camera, from now on like this; what it captured before ends first. */
    void capture(CameraConfig camera);

    /** Stops capturing a camera until it is asked for again. */
    void pause(CameraId camera);

    /** Forgets a camera. */
    void remove(CameraId camera);
}
