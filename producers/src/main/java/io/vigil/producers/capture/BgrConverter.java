package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Turns decoded frames of any pixel format into BGR pictures of at most a given width, in one pass.
 *
 * <p>Follows a stream that changes its size or format on the way. Not thread-safe.
 */
final class BgrConverter implements AutoCloseable {

    private final int maxWidth;
    private final SwsContext scaler;
    private final AVFrame bgr;

    /**
     * A converter.
     *
     * @param maxWidth wider pictures are scaled down to it, pixels; 0 leaves all as they are
     */
    BgrConverter(int maxWidth) {
        this.maxWidth = maxWidth;
        this.scaler = sws_alloc_context();
        this.scaler.flags(SWS_BILINEAR);
        this.bgr = av_frame_alloc();
    }

    /**
     * The picture as {@code (H, W, 3)} uint8, blue first, in memory of this converter that the next call overwrites.
     */
    Mat convert(AVFrame decoded) {
        int width = decoded.width();
        int height = decoded.height();
        if (maxWidth > 0 && maxWidth < width) {
            height = Math.max(1, Math.round((float) height * maxWidth / width));
            width = maxWidth;
        }
        if (bgr.width() != width || bgr.height() != height) {
            av_frame_unref(bgr);
            bgr.format(AV_PIX_FMT_BGR24);
            bgr.width(width);
            bgr.height(height);
            check(av_frame_get_buffer(bgr, 0));
        }
        check(sws_scale_frame(scaler, bgr, decoded));
        return new Mat(height, width, CV_8UC3, bgr.data(0), bgr.linesize(0));
    }

    @Override
    public void close() {
        av_frame_free(bgr);
        sws_free_context(scaler);
    }

    private static void check(int code) {
        if (code < 0) {
            throw new IllegalStateException("FFmpeg cannot convert the picture, error " + code);
        }
    }
}
