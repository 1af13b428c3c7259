package io.vigil.streams.frame.h264;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_LOW_DELAY;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_MAX_OFFSET;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import io.vigil.schema.DeadLetterReason;
import io.vigil.streams.deadletter.RejectedFrameException;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * FFmpeg's H.264 decoder, one access unit in and one picture out, on the calling thread. Owns native memory: a few pictures of the
 * stream's size. Not thread-safe.
 */
final class AccessUnitDecoder implements AutoCloseable {

    /** Larger pictures, which no level of the standard has, are refused before memory is taken for them. */
    private static final long MAX_PIXELS = 64L * 1024 * 1024;

    private final AVCodecContext context;
    private final AVPacket packet;
    private final AVFrame frame;

    AccessUnitDecoder() {
        Ffmpeg.load();
        AVCodec codec = avcodec_find_decoder(AV_CODEC_ID_H264);
        context = avcodec_alloc_context3(codec);
        packet = av_packet_alloc();
        frame = av_frame_alloc();
        context.thread_count(1);
        context.max_pixels(MAX_PIXELS);
        context.flags(context.flags() | AV_CODEC_FLAG_LOW_DELAY);
        // broken input is normal, and becomes a dead letter with a sentence of ours
        context.log_level_offset(AV_LOG_MAX_OFFSET);
        int code = avcodec_open2(context, codec, (AVDictionary) null);
        if (code < 0) {
            close();
            throw new IllegalStateException("FFmpeg cannot open its H.264 decoder, error " + code);
        }
    }

    /** Forgets what was decoded, so that the next access unit must be one with which decoding can begin. */
    void restart() {
        avcodec_flush_buffers(context);
    }

    /**
     * Decodes the next access unit.
     *
     * @return its picture, which belongs to the decoder and is valid until the next call
     * @throws RejectedFrameException UNDECODABLE if it is damaged; nothing after it can be decoded before a {@link #restart} then
     */
    AVFrame decode(ByteBuffer accessUnit) throws RejectedFrameException {
        int size = accessUnit.remaining();
        if (av_new_packet(packet, size) < 0) {
            throw new OutOfMemoryError("no native memory for an access unit of %d bytes".formatted(size));
        }
        try {
            packet.data().put(accessUnit.array(), accessUnit.arrayOffset() + accessUnit.position(), size);
            if (avcodec_send_packet(context, packet) < 0 || avcodec_receive_frame(context, frame) < 0) {
                throw undecodable("the decoder refused the access unit of %d bytes".formatted(size));
            }
        } finally {
            av_packet_unref(packet);
        }
        if (frame.decode_error_flags() != 0) {
            throw undecodable("the access unit of %d bytes is damaged".formatted(size));
        }
        return frame;
    }

    @Override
    public void close() {
        av_frame_free(frame);
        av_packet_free(packet);
        avcodec_free_context(context);
    }

    private static RejectedFrameException undecodable(String why) {
        return new RejectedFrameException(DeadLetterReason.UNDECODABLE, why);
    }
}
