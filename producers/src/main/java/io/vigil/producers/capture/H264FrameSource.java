package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.encode.H264Picture;
import io.vigil.schema.h264.AccessUnit;
import io.vigil.schema.h264.PictureSize;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.jspecify.annotations.Nullable;

/**
 * The access units of an H.264 source as they are, never decoded (docs/adr/0018-h264-as-it-is.md).
 *
 * <p>Begins with the first IDR picture, and puts the stream's parameter sets before each one that lacks them. Refuses other codecs
 * and streams with B-frames, whose pictures do not come in the order of capture.
 */
final class H264FrameSource implements FrameSource {

    private static final String OTHERWISE = "or set encoding = jpeg for this camera";

    private final CameraConfig camera;
    private final FfmpegInput input;
    private final AVPacket packet = av_packet_alloc();
    private @Nullable Stream stream;

    /**
     * A source that is not open yet.
     *
     * @param timeout for single network operations
     */
    H264FrameSource(CameraConfig camera, Duration timeout) {
        this.camera = camera;
        this.input = new FfmpegInput(camera.source(), timeout);
    }

    @Override
    public void open() throws SourceException {
        FfmpegLog.attach(camera.id().value(), camera.source());
        input.open();
        AVCodecParameters parameters = input.video().codecpar();
        if (parameters.codec_id() != AV_CODEC_ID_H264) {
            throw input.errors()
                    .unusable("its video is %s, and only H.264 passes as it is; set the source to H.264, %s"
                            .formatted(avcodec_get_name(parameters.codec_id()).getString(), OTHERWISE));
        }
        if (parameters.video_delay() > 0) {
            throw bidirectional();
        }
        stream = new Stream(
                new AnnexBFilter(input.video(), input.errors()),
                new MediaTime(input.video()),
                new PictureSize(parameters.width(), parameters.height()));
    }

    @Override
    public @Nullable Picture next() throws SourceException {
        while (input.read(packet)) {
            try {
                Picture picture = input.isVideo(packet) ? opened().picture() : null;
                if (picture != null) {
                    return picture;
                }
            } finally {
                av_packet_unref(packet);
            }
        }
        return null;
    }

    @Override
    public boolean hasEnd() {
        return input.hasEnd();
    }

    @Override
    public boolean needsPacing() {
        return input.comesAtAnySpeed();
    }

    @Override
    public void interrupt() {
        input.interrupt();
    }

    @Override
    public void close() {
        if (stream != null) {
            stream.filter.close();
            stream = null;
        }
        av_packet_free(packet);
        input.close();
    }

    private Stream opened() {
        Stream open = stream;
        if (open == null) {
            throw new IllegalStateException("not open: " + camera.source());
        }
        return open;
    }

    private SourceException bidirectional() {
        return input.errors()
                .unusable(
                        "it has B-frames, whose pictures do not come in the order of capture; switch them off at the source"
                                + " (0 B-frames, or the baseline profile), " + OTHERWISE);
    }

    /** What is known of the open stream. */
    private final class Stream {

        private final AnnexBFilter filter;
        private final MediaTime mediaTime;
        private final byte[] parameterSets;
        private PictureSize size;
        private boolean begun;

        Stream(AnnexBFilter filter, MediaTime mediaTime, PictureSize size) {
            this.filter = filter;
            this.mediaTime = mediaTime;
            this.parameterSets = filter.parameterSets();
            this.size = size;
        }

        /** The picture in the packet; null if there is none, or nothing to decode it with yet. */
        @Nullable Picture picture() throws SourceException {
            filter.filter(packet);
            byte[] bytes = new byte[packet.size()];
            packet.data().get(bytes);
            AccessUnit unit = AccessUnit.read(ByteBuffer.wrap(bytes));
            if (unit.hasBidirectionalSlices()) {
                throw bidirectional();
            }
            if (unit.isIdr() && !unit.startsGroup() && parameterSets.length > 0) {
                bytes = withParameterSets(bytes);
                unit = AccessUnit.read(ByteBuffer.wrap(bytes));
            }
            begun |= unit.startsGroup();
            if (!begun || !unit.hasSlices()) {
                return null;
            }
            size = unit.size().orElse(size);
            long timestamp = packet.pts() == AV_NOPTS_VALUE ? packet.dts() : packet.pts();
            return new PassedPicture(
                    mediaTime.next(timestamp), new H264Picture(size.width(), size.height(), bytes, unit.startsGroup()));
        }

        private byte[] withParameterSets(byte[] accessUnit) {
            return ByteBuffer.allocate(parameterSets.length + accessUnit.length)
                    .put(parameterSets)
                    .put(accessUnit)
                    .array();
        }
    }

    private record PassedPicture(long mediaTimeMicros, H264Picture accessUnit) implements Picture {

        @Override
        public H264Picture encode(FrameStamp stamp, int quality) {
            return accessUnit;
        }
    }
}
