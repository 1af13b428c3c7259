package io.vigil.producers.testing;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.FILLED;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Writes small clips in which a square moves 4 pixels to the right with every frame. */
public final class Clip {

    public static final int WIDTH = 320;
    public static final int HEIGHT = 240;
    public static final int RATE = 25;

    private Clip() {}

    /** MPEG-4 in an AVI file, with P-frames. */
    public static Path mpeg4(Path file, int frames) throws Exception {
        return write(file, "avi", avcodec.AV_CODEC_ID_MPEG4, AV_PIX_FMT_YUV420P, frames);
    }

    /**
     * H.264 in an MP4 file.
     *
     * @param group frames from one IDR frame to the next
     */
    public static Path h264(Path file, int frames, int group) throws Exception {
        return write(file, "mp4", avcodec.AV_CODEC_ID_H264, AV_PIX_FMT_YUV420P, frames, group);
    }

    /** Motion JPEG in a Matroska file. */
    public static Path mjpeg(Path file, int frames) throws Exception {
        return write(file, "matroska", avcodec.AV_CODEC_ID_MJPEG, AV_PIX_FMT_YUVJ420P, frames);
    }

    /** MPEG-2 in a transport stream, as HLS segments are. */
    public static Path segment(Path file, int frames) throws Exception {
        return write(file, "mpegts", avcodec.AV_CODEC_ID_MPEG2VIDEO, AV_PIX_FMT_YUV420P, frames);
    }

    /** The left edge of the square in a decoded frame, pixels. */
    public static int squareIn(BufferedImage frame) {
        return IntStream.range(0, frame.getWidth())
                .filter(x -> (frame.getRGB(x, 100) & 0xFF) > 200)
                .findFirst()
                .orElseThrow();
    }

    private static Path write(Path file, String format, int codec, int pixels, int frames) throws Exception {
        return write(file, format, codec, pixels, frames, 12);
    }

    private static Path write(Path file, String format, int codec, int pixels, int frames, int group) throws Exception {
        avutil.av_log_set_level(avutil.AV_LOG_ERROR);
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT);
                OpenCVFrameConverter.ToMat converter = new OpenCVFrameConverter.ToMat();
                Mat picture = new Mat(HEIGHT, WIDTH, CV_8UC3)) {
            recorder.setFormat(format);
            recorder.setVideoCodec(codec);
            recorder.setPixelFormat(pixels);
            recorder.setFrameRate(RATE);
            recorder.setVideoQuality(3);
            recorder.setGopSize(group);
            recorder.start();
            for (int i = 0; i < frames; i++) {
                picture.put(new Scalar(64, 96, 128, 0));
                rectangle(picture, new Rect(i * 4 % WIDTH, 80, 40, 40), Scalar.WHITE, FILLED, 0, 0);
                recorder.record(converter.convert(picture));
            }
            recorder.stop();
        }
        return file;
    }
}
