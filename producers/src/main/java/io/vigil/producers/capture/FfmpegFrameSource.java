package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.encode.Jpeg;
import io.vigil.producers.encode.JpegEncoder;
import io.vigil.producers.encode.JpegHeader;
import java.time.Duration;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of files, network cameras and webcams, read with FFmpeg.
 *
 * <p>Pictures of an MJPEG stream that need no scaling pass as they came, byte for byte, and are never decoded; only
 * Huffman tables are added where they lack.
 */
final class FfmpegFrameSource implements FrameSource {

    private final CameraConfig camera;
    private final FfmpegInput input;
    private final AVPacket packet = av_packet_alloc();
    private final BgrConverter converter;
    private @Nullable FfmpegDecoder decoder;
    private boolean draining;
    private boolean hasEnd;
    private boolean needsPacing;
    private boolean jpegStream;
    private @Nullable MediaTime mediaTime;

    /**
     * A source that is not open yet.
     *
     * @param timeout for single network operations
     */
    FfmpegFrameSource(CameraConfig camera, Duration timeout) {
        this.camera = camera;
        this.input = new FfmpegInput(camera.source(), timeout);
        this.converter = new BgrConverter(camera.width());
    }

    @Override
    public void open() throws SourceException {
        FfmpegLog.attach(camera.id().value(), camera.source());
        input.open();
        hasEnd = input.hasEnd();
        needsPacing = input.comesAtAnySpeed();
        jpegStream = input.video().codecpar().codec_id() == AV_CODEC_ID_MJPEG;
        mediaTime = new MediaTime(input.video());
        if (!jpegStream) {
            decoder = new FfmpegDecoder(input.video(), input.errors());
        }
    }

    @Override
    public @Nullable Picture next() throws SourceException {
        while (true) {
            AVFrame decoded = decoder == null ? null : decoder.receive();
            if (decoded != null) {
                return new DecodedPicture(mediaTimeOf(decoded.best_effort_timestamp()), decoded);
            }
            if (draining) {
                return null;
            }
            Picture passed = readOn();
            if (passed != null) {
                return passed;
            }
        }
    }

    @Override
    public boolean hasEnd() {
        return hasEnd;
    }

    @Override
    public boolean needsPacing() {
        return needsPacing;
    }

    @Override
    public void interrupt() {
        input.interrupt();
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
        converter.close();
        av_packet_free(packet);
        input.close();
    }

    /** Feeds one packet to the decoder, or returns it where it is the picture. */
    private @Nullable Picture readOn() throws SourceException {
        if (!input.read(packet)) {
            draining = true;
            if (decoder != null) {
                decoder.send(null);
            }
            return null;
        }
        try {
            if (!input.isVideo(packet)) {
                return null;
            }
            if (jpegStream) {
                Optional<Jpeg> passed = passThrough();
                if (passed.isPresent()) {
                    return new PassedPicture(mediaTimeOf(packet.pts()), passed.get());
                }
                if (decoder == null) {
                    decoder = new FfmpegDecoder(input.video(), input.errors());
                }
            }
            if (decoder != null) {
                decoder.send(packet);
            }
            return null;
        } finally {
            av_packet_unref(packet);
        }
    }

    /** The packet's own picture, unless it is none or a smaller one is wanted. */
    private Optional<Jpeg> passThrough() {
        byte[] bytes = new byte[packet.size()];
        packet.data().get(bytes);
        return JpegHeader.read(bytes)
                .filter(header -> camera.width() == 0 || header.width() <= camera.width())
                .map(header -> header.complete(bytes));
    }

    private long mediaTimeOf(long timestamp) {
        MediaTime time = mediaTime;
        if (time == null) {
            throw new IllegalStateException("not open: " + camera.source());
        }
        return time.next(timestamp);
    }

    private record PassedPicture(long mediaTimeMicros, Jpeg jpeg) implements Picture {

        @Override
        public Jpeg encode(FrameStamp stamp, int quality) {
            return jpeg;
        }
    }

    private final class DecodedPicture implements Picture {

        private final long mediaTimeMicros;
        private final AVFrame frame;

        DecodedPicture(long mediaTimeMicros, AVFrame frame) {
            this.mediaTimeMicros = mediaTimeMicros;
            this.frame = frame;
        }

        @Override
        public long mediaTimeMicros() {
            return mediaTimeMicros;
        }

        @Override
        public Jpeg encode(FrameStamp stamp, int quality) {
            try (Mat bgr = converter.convert(frame)) {
                return JpegEncoder.encode(bgr, quality);
            }
        }
    }
}
