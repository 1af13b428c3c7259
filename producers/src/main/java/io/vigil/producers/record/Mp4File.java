package io.vigil.producers.record;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG4;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PROFILE_H264_MAIN;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * One video stream in an MP4 file, H.264 by OpenH264 where FFmpeg has it, else MPEG-4, with a variable frame rate.
 *
 * <p>Owns everything native that it makes. Not thread-safe.
 */
final class Mp4File implements AutoCloseable {

    /** Parts of a second in which times are given; MPEG-4 takes no more than 65535. */
    private static final int TIME_BASE = 10_000;
    /** What rate control reckons with; frames are shown at their own times. */
    private static final int NOMINAL_FRAME_RATE = 25;

    /** The next frame ends the one before it; this is for the last one, without which players leave it out. */
    private static final int LAST_FRAME_SHOWN = TIME_BASE / NOMINAL_FRAME_RATE;

    private static final int FRAMES_PER_GROUP = 50;
    private static final long BITS_PER_PIXEL_AND_SECOND = 8;
    private static final int MESSAGE_BYTES = 128;

    private final Path file;
    private final Instant begin;
    private final AVFormatContext format = new AVFormatContext(null);
    private final AVIOContext output = new AVIOContext(null);
    private final SwsContext scaler = sws_alloc_context();
    private final AVFrame bgr = av_frame_alloc();
    private final AVFrame yuv = av_frame_alloc();
    private final AVPacket packet = av_packet_alloc();
    private @Nullable AVCodecContext encoder;
    private long lastTime = -1;

    private Mp4File(Path file, Instant begin) {
        this.file = file;
        this.begin = begin;
    }

    /**
     * Begins a file.
     *
     * @param width of the pictures, pixels; odd ones lose the last column
     * @param height of the pictures, pixels; odd ones lose the last row
     * @param begin when the video begins
     * @throws IOException if it cannot be written
     */
    static Mp4File create(Path file, int width, int height, Instant begin) throws IOException {
        Mp4File video = new Mp4File(file, begin);
        try {
            video.open(width & ~1, height & ~1);
        } catch (IOException e) {
            video.close();
            throw e;
        }
        return video;
    }

    /**
     * Appends a picture.
     *
     * @param picture {@code (H, W, 3)} uint8, blue first; the caller keeps ownership
     * @param time from which it is shown; one that is not later than the one before it is shown next to it
     */
    void add(Mat picture, Instant time) throws IOException {
        bgr.format(AV_PIX_FMT_BGR24);
        bgr.width(picture.cols());
        bgr.height(picture.rows());
        bgr.data(0, picture.data());
        bgr.linesize(0, Math.toIntExact(picture.step()));
        check(av_frame_make_writable(yuv));
        check(sws_scale_frame(scaler, yuv, bgr));
        lastTime = Math.max(lastTime + 1, Duration.between(begin, time).toNanos() / (1_000_000_000 / TIME_BASE));
        yuv.pts(lastTime);
        encode(yuv);
    }

    /** Writes what the encoder still holds, and the index. */
    void finish() throws IOException {
        encode(null);
        check(av_write_trailer(format));
    }

    @Override
    public void close() {
        av_packet_free(packet);
        av_frame_free(yuv);
        av_frame_free(bgr);
        sws_free_context(scaler);
        if (encoder != null) {
            avcodec_free_context(encoder);
        }
        if (!output.isNull()) {
            avio_closep(output);
        }
        avformat_free_context(format);
    }

    private void open(int width, int height) throws IOException {
        check(avformat_alloc_output_context2(format, null, "mp4", file.toString()));
        AVCodec codec = avcodec_find_encoder_by_name("libopenh264");
        if (codec == null) {
            codec = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
        }
        AVStream stream = avformat_new_stream(format, codec);
        AVCodecContext context = avcodec_alloc_context3(codec);
        encoder = context;
        context.width(width);
        context.height(height);
        context.pix_fmt(AV_PIX_FMT_YUV420P);
        context.time_base(av_make_q(1, TIME_BASE));
        context.framerate(av_make_q(NOMINAL_FRAME_RATE, 1));
        context.bit_rate(BITS_PER_PIXEL_AND_SECOND * width * height);
        context.gop_size(FRAMES_PER_GROUP);
        if (codec.id() == AV_CODEC_ID_H264) {
            context.profile(AV_PROFILE_H264_MAIN);
        }
        context.max_b_frames(0);
        context.thread_count(1);
        context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        check(avcodec_open2(context, codec, (AVDictionary) null));
        check(avcodec_parameters_from_context(stream.codecpar(), context));
        stream.time_base(context.time_base());
        AVDictionary metadata = new AVDictionary(null);
        av_dict_set(metadata, "creation_time", begin.toString(), 0);
        format.metadata(metadata);
        check(avio_open(output, file.toString(), AVIO_FLAG_WRITE));
        format.pb(output);
        check(avformat_write_header(format, (AVDictionary) null));
        scaler.flags(SWS_BILINEAR);
        yuv.format(AV_PIX_FMT_YUV420P);
        yuv.width(width);
        yuv.height(height);
        check(av_frame_get_buffer(yuv, 0));
    }

    /** Gives the encoder a picture, or its end, and writes what it gives back. */
    private void encode(@Nullable AVFrame picture) throws IOException {
        AVCodecContext context = encoder;
        if (context == null) {
            throw new IllegalStateException("the file is not open");
        }
        check(avcodec_send_frame(context, picture));
        while (true) {
            int code = avcodec_receive_packet(context, packet);
            if (code == AVERROR_EAGAIN() || code == AVERROR_EOF) {
                return;
            }
            check(code);
            AVStream stream = format.streams(0);
            packet.duration(LAST_FRAME_SHOWN);
            av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
            packet.stream_index(0);
            check(av_interleaved_write_frame(format, packet));
        }
    }

    private void check(int code) throws IOException {
        if (code < 0) {
            byte[] message = new byte[MESSAGE_BYTES];
            av_strerror(code, message, MESSAGE_BYTES);
            throw new IOException(
                    "cannot write %s: %s".formatted(file, new String(message, StandardCharsets.UTF_8).trim()));
        }
    }
}
