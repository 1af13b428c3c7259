package io.vigil.producers.capture;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What a camera sends.
 *
 * @param codec FFmpeg's name of it
 * @param width of its pictures, pixels
 * @param height of its pictures, pixels
 * @param frameRate frames per second, measured; 0 if too few came
 * @param keyFrameInterval between two key frames, by the stream's own times; empty if no two came
 */
public record CameraReport(String codec, int width, int height, double frameRate, Optional<Duration> keyFrameInterval) {

    @Override
    public String toString() {
        return "%s, %d x %d pixels, %.1f frames/s, %s"
                .formatted(
                        codec,
                        width,
                        height,
                        frameRate,
                        keyFrameInterval
                                .map(interval -> String.format(
                                        Locale.ROOT, "a key frame every %.1f s", interval.toMillis() / 1000.0))
                                .orElse("no second key frame while we looked"));
    }
}
