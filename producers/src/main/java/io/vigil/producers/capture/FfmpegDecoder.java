package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_DECODER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/** Decodes one video stream on the calling thread: cameras are the parallelism. Not thread-safe. */
final class FfmpegDecoder implements AutoCloseable {

    /** Larger pictures are refused before memory is taken for them. */
    private static final long MAX_PIXELS = 64L * 1024 * 1024;

    private final AVCodecContext context;
    private final AVFrame frame;

    FfmpegDecoder(AVStream stream, FfmpegErrors errors) throws SourceException {
        AVCodec codec = avcodec_find_decoder(stream.codecpar().codec_id());
        if (codec == null) {
            throw errors.of("cannot decode it", AVERROR_DECODER_NOT_FOUND);
        }
        context = avcodec_alloc_context3(codec);
        frame = av_frame_alloc();
        int code = avcodec_parameters_to_context(context, stream.codecpar());
        context.thread_count(1);
        context.max_pixels(MAX_PIXELS);
        context.pkt_timebase(stream.time_base());
        if (code >= 0) {
            code = avcodec_open2(context, codec, (AVDictionary) null);
        }
        if (code < 0) {
            close();
            throw errors.of("cannot decode it", code);
        }
    }

    /** Takes a packet, or null at the end. What it cannot decode it leaves out; FFmpeg's log says so. */
    void send(@Nullable AVPacket packet) {
        avcodec_send_packet(context, packet);
    }

    /**
     * The next picture, owned by the decoder until the next call; null when it needs another packet or is at its end.
     */
    @Nullable AVFrame receive() {
        return avcodec_receive_frame(context, frame) < 0 ? null : frame;
    }

    @Override
    public void close() {
        av_frame_free(frame);
        avcodec_free_context(context);
    }
}
