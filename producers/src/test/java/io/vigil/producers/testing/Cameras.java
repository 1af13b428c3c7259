package io.vigil.producers.testing;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.SourceUri;
import io.vigil.schema.topic.CameraId;
import java.nio.file.Path;

/** Cameras with the default settings. */
public final class Cameras {

    private Cameras() {}

    public static CameraConfig camera(String id, String source) {
        return CameraConfig.of(new CameraId(id), SourceUri.parse(source));
    }

    public static CameraConfig camera(String id, Path file) {
        return camera(id, file.toString());
    }
}
