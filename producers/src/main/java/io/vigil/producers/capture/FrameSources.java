package io.vigil.producers.capture;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.SourceUri;
import io.vigil.schema.FrameEncoding;
import java.time.Duration;

/** Makes the source a camera is configured for; one for every attempt to capture from it. */
@FunctionalInterface
public interface FrameSources {

    /** A source that is not open yet. */
    FrameSource create(CameraConfig camera);

    /**
     * The sources of the product; loads the native libraries they use, which takes seconds the first time.
     *
     * @param timeout for single network operations
     * @throws IllegalStateException if this platform has no native libraries
     */
    static FrameSources standard(Duration timeout) {
        NativeLibraries.load();
        return camera -> {
            if (camera.source().kind() == SourceUri.Kind.TEST_PATTERN) {
                return new TestPatternSource(camera);
            }
            return camera.loop()
                    ? new LoopingFrameSource(() -> withFfmpeg(camera, timeout))
                    : withFfmpeg(camera, timeout);
        };
    }

    private static FrameSource withFfmpeg(CameraConfig camera, Duration timeout) {
        return camera.encoding() == FrameEncoding.H264
                ? new H264FrameSource(camera, timeout)
                : new FfmpegFrameSource(camera, timeout);
    }
}
