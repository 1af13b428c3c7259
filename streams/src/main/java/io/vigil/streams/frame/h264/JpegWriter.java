package io.vigil.streams.frame.h264;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.vigil.schema.DeadLetterReason;
import io.vigil.streams.deadletter.RejectedFrameException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Writes decoded pictures as JPEG, the same bytes for the same picture. Not thread-safe. */
final class JpegWriter implements AutoCloseable {

    /** That of the ingest where nothing else is configured, and with the same scaler: the same picture as if capture had made it. */
    private static final int QUALITY = 85;

    private static final int QUALITY_STEP = 20;

    private final int maxBytes;
    private final SwsContext converter;
    private final AVFrame bgr;

    /**
     * @param maxBytes a JPEG that would be larger is written at a lower quality
     */
    JpegWriter(int maxBytes) {
        Ffmpeg.load();
        this.maxBytes = maxBytes;
        this.converter = sws_alloc_context();
        this.converter.flags(SWS_BILINEAR | SWS_BITEXACT);
        this.bgr = av_frame_alloc();
    }

    /**
     * Writes a picture.
     *
     * @throws RejectedFrameException UNDECODABLE if it is of a kind that cannot be converted
     */
    byte[] write(AVFrame picture) throws RejectedFrameException {
        int width = picture.width();
        int height = picture.height();
        if (bgr.width() != width || bgr.height() != height) {
            av_frame_unref(bgr);
            bgr.format(AV_PIX_FMT_BGR24);
            bgr.width(width);
            bgr.height(height);
            check(av_frame_get_buffer(bgr, 0));
        }
        check(sws_scale_frame(converter, bgr, picture));
        try (Mat pixels = new Mat(height, width, CV_8UC3, bgr.data(0), bgr.linesize(0))) {
            int quality = QUALITY;
            byte[] jpeg = jpeg(pixels, quality);
            while (jpeg.length > maxBytes && quality > QUALITY_STEP) {
                quality -= QUALITY_STEP;
                jpeg = jpeg(pixels, quality);
            }
            return jpeg;
        }
    }

    @Override
    public void close() {
        av_frame_free(bgr);
        sws_free_context(converter);
    }

    private static byte[] jpeg(Mat pixels, int quality) throws RejectedFrameException {
        try (BytePointer extension = new BytePointer(".jpg");
                BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(IMWRITE_JPEG_QUALITY, quality)) {
            if (!imencode(extension, pixels, encoded, parameters)) {
                throw unconvertible("OpenCV cannot encode it as JPEG");
            }
            byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(bytes);
            return bytes;
        } catch (RuntimeException e) {
            throw unconvertible("OpenCV cannot encode it as JPEG: " + e.getMessage());
        }
    }

    private static void check(int code) throws RejectedFrameException {
        if (code < 0) {
            throw unconvertible("FFmpeg cannot convert it, error " + code);
        }
    }

    private static RejectedFrameException unconvertible(String why) {
        return new RejectedFrameException(DeadLetterReason.UNDECODABLE, "the decoded picture: " + why);
    }
}
