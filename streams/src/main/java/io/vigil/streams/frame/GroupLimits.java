package io.vigil.streams.frame;

import com.typesafe.config.Config;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.config.Limits;

/**
 * The longest group of H.264 frames that is decoded; what follows in it waits for the next IDR frame.
 *
 * @param maxFrames frames, the IDR frame included
 * @param maxBytes all their access units together, bytes
 */
public record GroupLimits(int maxFrames, long maxBytes) {

    private static final int MOST_FRAMES = 100_000;
    private static final long MOST_BYTES = 1L << 30;

    static GroupLimits from(Config config) {
        return new GroupLimits(
                Limits.integer(config, "max-group", 1, MOST_FRAMES),
                Limits.bytes(config, "max-group-size", Topics.MAX_FRAME_BYTES, MOST_BYTES));
    }
}
