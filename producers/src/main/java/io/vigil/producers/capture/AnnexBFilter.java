package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_get_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_init;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_send_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;

import org.bytedeco.ffmpeg.avcodec.AVBSFContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;

/**
 * Turns the packets of an H.264 stream into Annex B byte streams, as files hold them otherwise; those that are one already stay as
 * they are. Not thread-safe.
 */
final class AnnexBFilter implements AutoCloseable {

    private final AVBSFContext context;
    private final FfmpegErrors errors;

    AnnexBFilter(AVStream stream, FfmpegErrors errors) throws SourceException {
        this.errors = errors;
        this.context = new AVBSFContext(null);
        int code = av_bsf_alloc(av_bsf_get_by_name("h264_mp4toannexb"), context);
        if (code >= 0) {
            code = avcodec_parameters_copy(context.par_in(), stream.codecpar());
        }
        if (code >= 0) {
            context.time_base_in(stream.time_base());
            code = av_bsf_init(context);
        }
        if (code < 0) {
            close();
            throw errors.of("cannot read its H.264", code);
        }
    }

    /** The parameter sets that the stream came with, as an Annex B byte stream; empty if it brings them with its pictures. */
    byte[] parameterSets() {
        AVCodecParameters parameters = context.par_out();
        byte[] sets = new byte[parameters.extradata_size()];
        if (sets.length > 0) {
            parameters.extradata().get(sets);
        }
        return sets;
    }

    /** Turns a packet, in place. */
    void filter(AVPacket packet) throws SourceException {
        int code = av_bsf_send_packet(context, packet);
        if (code >= 0) {
            code = av_bsf_receive_packet(context, packet);
        }
        if (code < 0) {
            throw errors.of("its H.264 is damaged", code);
        }
    }

    @Override
    public void close() {
        av_bsf_free(context);
    }
}
