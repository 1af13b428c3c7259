package io.vigil.streams.frame;

import com.typesafe.config.Config;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.config.Limits;

/**
 * The largest frames that are decoded.
 *
 * @param maxBytes size of the record's value, bytes
 * @param maxPixels width times height, as the picture's own header says
 * @param group the longest groups of H.264 frames
 */
public record FrameLimits(int maxBytes, int maxPixels, GroupLimits group) {

    private static final int MIN_BYTES = 1024;
    private static final int MOST_PIXELS = 1 << 28;

    public static FrameLimits from(Config config) {
        return new FrameLimits(
                Math.toIntExact(Limits.bytes(config, "max-size", MIN_BYTES, Topics.MAX_FRAME_BYTES)),
                Limits.integer(config, "max-pixels", 1, MOST_PIXELS),
                GroupLimits.from(config));
    }
}
