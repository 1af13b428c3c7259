package io.vigil.producers.camera;

import io.vigil.schema.FrameEncoding;
import io.vigil.schema.topic.CameraId;

/**
 * One camera and what is wanted of it.
 *
 * @param id names the camera everywhere
 * @param source where its pictures come from
 * @param frameRate at most so many frames per second are captured; 0 takes all
 * @param width pictures wider than this are scaled down to it, pixels; 0 leaves all as they are
 * @param quality of the JPEG encoding, 1 to 100
 * @param loop whether a file starts again at its end, within the same stream epoch
 * @param pacing how fast a file is read
 * @param encoding JPEG; or H264, the access units of the source as they are, each of which needs those before it
 */
public record CameraConfig(
        CameraId id,
        SourceUri source,
        double frameRate,
        int width,
        int quality,
        boolean loop,
        Pacing pacing,
        FrameEncoding encoding) {

    private static final double MAX_FRAME_RATE = 1000;
    private static final int MAX_WIDTH = 16384;

    /** Refuses what makes no sense with an {@link IllegalArgumentException} that starts with the key's name. */
    public CameraConfig {
        require(
                frameRate >= 0 && frameRate <= MAX_FRAME_RATE,
                "frame-rate must be 0 (all) to 1000 frames/s",
                frameRate);
        require(
                width == 0 || (width >= 16 && width <= MAX_WIDTH),
                "width must be 0 (as is) or 16 to 16384 pixels",
                width);
        require(quality >= 1 && quality <= 100, "quality must be 1 to 100", quality);
        require(!loop || source.kind() == SourceUri.Kind.FILE, "loop is for files, the source is", source);
        require(
                pacing == Pacing.REALTIME || source.readableAtAnySpeed(),
                "pacing unpaced is for files and test patterns, the source is",
                source);
        require(encoding != FrameEncoding.UNKNOWN, "encoding must be jpeg or h264", encoding);
        if (encoding == FrameEncoding.H264) {
            require(
                    source.kind() != SourceUri.Kind.TEST_PATTERN,
                    "encoding h264 is for sources that are H.264, the source is",
                    source);
            require(
                    frameRate == 0,
                    "frame-rate must be 0 with encoding h264: frames need those before them; limit the service's"
                            + " admission.frames-per-second instead",
                    frameRate);
            require(width == 0, "width must be 0 with encoding h264: pictures pass as they are", width);
        }
    }

    /** A camera with the defaults of the configuration file: every frame, at its own size, in its own time. */
    public static CameraConfig of(CameraId id, SourceUri source) {
        return new CameraConfig(id, source, 0, 0, 85, false, Pacing.REALTIME, FrameEncoding.JPEG);
    }

    public CameraConfig withFrameRate(double framesPerSecond) {
        return new CameraConfig(id, source, framesPerSecond, width, quality, loop, pacing, encoding);
    }

    public CameraConfig withWidth(int pixels) {
        return new CameraConfig(id, source, frameRate, pixels, quality, loop, pacing, encoding);
    }

    public CameraConfig withQuality(int jpegQuality) {
        return new CameraConfig(id, source, frameRate, width, jpegQuality, loop, pacing, encoding);
    }

    public CameraConfig withLoop(boolean again) {
        return new CameraConfig(id, source, frameRate, width, quality, again, pacing, encoding);
    }

    public CameraConfig withPacing(Pacing speed) {
        return new CameraConfig(id, source, frameRate, width, quality, loop, speed, encoding);
    }

    public CameraConfig withEncoding(FrameEncoding wanted) {
        return new CameraConfig(id, source, frameRate, width, quality, loop, pacing, wanted);
    }

    /** Whether no captured frame may be dropped for want of room: capture waits instead. */
    public boolean lossless() {
        return pacing == Pacing.UNPACED;
    }

    private static void require(boolean holds, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ": " + actual);
        }
    }
}
