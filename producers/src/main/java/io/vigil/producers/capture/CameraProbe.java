package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.camera.TestPattern;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;

/** Opens a camera for a moment and looks at its stream, without decoding it. */
public final class CameraProbe {

    private final FfmpegInput input;
    private final long endNanos;
    private long packets;
    private long firstMicros = -1;
    private long lastMicros = -1;
    private long firstKeyMicros = -1;
    private Optional<Duration> keyFrameInterval = Optional.empty();

    private CameraProbe(FfmpegInput input, long endNanos) {
        this.input = input;
        this.endNanos = endNanos;
    }

    /**
     * Looks until two key frames have come, the source ends, or {@code limit} is over.
     *
     * @throws SourceException if nothing came, with the reason
     */
    public static CameraReport probe(CameraConfig camera, Duration limit) throws SourceException {
        if (camera.source().kind() == SourceUri.Kind.TEST_PATTERN) {
            TestPattern pattern = camera.source().testPattern();
            return new CameraReport(
                    "test pattern",
                    pattern.width(),
                    pattern.height(),
                    pattern.rate(),
                    Optional.of(Duration.of(Math.round(1e6 / pattern.rate()), ChronoUnit.MICROS)));
        }
        NativeLibraries.load();
        FfmpegLog.attach(camera.id().value(), camera.source());
        FfmpegInput input = new FfmpegInput(camera.source(), limit);
        FutureTask<CameraReport> look =
                new FutureTask<>(() -> new CameraProbe(input, System.nanoTime() + limit.toNanos()).look());
        Thread thread = new Thread(look, "probe-" + camera.id());
        thread.setDaemon(true);
        thread.start();
        return await(look, input, limit);
    }

    private static CameraReport await(FutureTask<CameraReport> look, FfmpegInput input, Duration limit)
            throws SourceException {
        try {
            return look.get(2 * limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SourceException reason) {
                throw reason;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            input.interrupt();
            throw new SourceException(
                    SourceException.Kind.TEMPORARY, "no picture within %d s".formatted(2 * limit.toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceException(SourceException.Kind.TEMPORARY, "interrupted while looking");
        }
    }

    private CameraReport look() throws SourceException {
        try (input) {
            input.open();
            AVPacket packet = av_packet_alloc();
            try {
                while (keyFrameInterval.isEmpty() && System.nanoTime() < endNanos && input.read(packet)) {
                    if (input.isVideo(packet)) {
                        see(packet);
                    }
                    av_packet_unref(packet);
                }
            } finally {
                av_packet_free(packet);
            }
            if (packets == 0) {
                throw new SourceException(SourceException.Kind.TEMPORARY, "it opened, but no picture came");
            }
            return report(input.video());
        }
    }

    private void see(AVPacket packet) {
        packets++;
        long timestamp = packet.dts() == AV_NOPTS_VALUE ? packet.pts() : packet.dts();
        if (timestamp == AV_NOPTS_VALUE) {
            return;
        }
        AVRational base = input.video().time_base();
        long micros = timestamp * 1_000_000L / base.den() * base.num();
        firstMicros = firstMicros < 0 ? micros : firstMicros;
        lastMicros = micros;
        if ((packet.flags() & AV_PKT_FLAG_KEY) == 0) {
            return;
        }
        if (firstKeyMicros < 0) {
            firstKeyMicros = micros;
        } else if (micros > firstKeyMicros) {
            keyFrameInterval = Optional.of(Duration.of(micros - firstKeyMicros, ChronoUnit.MICROS));
        }
    }

    private CameraReport report(AVStream video) {
        AVRational said = video.avg_frame_rate();
        double rate = lastMicros > firstMicros
                ? (packets - 1) * 1e6 / (lastMicros - firstMicros)
                : said.den() > 0 ? (double) said.num() / said.den() : 0;
        return new CameraReport(
                avcodec_get_name(video.codecpar().codec_id()).getString(),
                video.codecpar().width(),
                video.codecpar().height(),
                rate,
                keyFrameInterval);
    }
}
