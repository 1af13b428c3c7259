package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/** The timestamps of one video stream as microseconds since its first picture. Not thread-safe. */
final class MediaTime {

    private static final long DEFAULT_INTERVAL_MICROS = 40_000;

    private final AVStream video;
    private final long intervalMicros;
    private @Nullable Long firstMicros;
    private long lastMicros = -1;

    MediaTime(AVStream video) {
        this.video = video;
        AVRational rate = video.avg_frame_rate();
        this.intervalMicros =
                rate.num() > 0 && rate.den() > 0 ? 1_000_000L * rate.den() / rate.num() : DEFAULT_INTERVAL_MICROS;
    }

    /** The time of the next picture; growing even where the source's own times are missing or turn back. */
    long next(long timestamp) {
        long micros = lastMicros < 0 ? 0 : lastMicros + intervalMicros;
        if (timestamp != AV_NOPTS_VALUE) {
            AVRational base = video.time_base();
            long absolute = timestamp * 1_000_000L / base.den() * base.num();
            if (firstMicros == null) {
                firstMicros = absolute;
            }
            if (absolute - firstMicros > lastMicros) {
                micros = absolute - firstMicros;
            }
        }
        lastMicros = micros;
        return micros;
    }
}
