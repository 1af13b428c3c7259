package io.vigil.streams.frame;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
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
        long bytes = config.getMemorySize("max-size").toBytes();
        if (bytes < MIN_BYTES || bytes > Topics.MAX_FRAME_BYTES) {
            throw new ConfigException.BadValue(
                    config.getValue("max-size").origin(),
                    "max-size",
                    "must be from %d to %d bytes, is %d".formatted(MIN_BYTES, Topics.MAX_FRAME_BYTES, bytes));
        }
        return new FrameLimits(
                Math.toIntExact(bytes), Limits.integer(config, "max-pixels", 1, MOST_PIXELS), GroupLimits.from(config));
    }
}
