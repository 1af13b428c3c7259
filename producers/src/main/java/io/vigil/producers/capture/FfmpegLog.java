package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_WARNING;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import io.vigil.producers.camera.SourceUri;
import java.util.concurrent.TimeUnit;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * FFmpeg's own messages in our log: warnings and errors only, free of credentials, a few per camera and minute.
 *
 * <p>FFmpeg has one callback for the whole process. It calls it on the thread that called FFmpeg, which is how a
 * message finds its camera.
 */
final class FfmpegLog extends LogCallback {

    private static final Logger log = LoggerFactory.getLogger("io.vigil.ffmpeg");
    private static final int LINES_PER_WINDOW = 5;
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final ThreadLocal<Context> CONTEXT = ThreadLocal.withInitial(() -> new Context("ffmpeg", null));
    private static final FfmpegLog INSTANCE = new FfmpegLog().retainReference();

    private FfmpegLog() {}

    /** Sends FFmpeg's messages here from now on. */
    static void install() {
        av_log_set_level(AV_LOG_WARNING);
        setLogCallback(INSTANCE);
    }

    /** Says whose messages those of the calling thread are. */
    static void attach(String camera, SourceUri source) {
        CONTEXT.set(new Context("camera " + camera, source));
    }

    @Override
    public void call(int level, BytePointer message) {
        CONTEXT.get().log(level, message.getString().strip());
    }

    private static final class Context {

        private final String name;
        private final @Nullable SourceUri source;
        private long windowStart = System.nanoTime();
        private int lines;

        Context(String name, @Nullable SourceUri source) {
            this.name = name;
            this.source = source;
        }

        void log(int level, String message) {
            long now = System.nanoTime();
            if (now - windowStart > WINDOW_NANOS) {
                if (lines > LINES_PER_WINDOW) {
                    log.warn("{}: {} more messages of FFmpeg left out", name, lines - LINES_PER_WINDOW);
                }
                windowStart = now;
                lines = 0;
            }
            lines++;
            if (message.isEmpty() || lines > LINES_PER_WINDOW) {
                return;
            }
            String masked = source == null ? SourceUri.maskUrls(message) : source.mask(message);
            if (level <= AV_LOG_ERROR) {
                log.warn("{}: {}", name, masked);
            } else {
                log.info("{}: {}", name, masked);
            }
        }
    }
}
