package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avdevice.avdevice_register_all;
import static org.bytedeco.ffmpeg.global.avformat.avformat_network_init;

import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avdevice;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;

/** FFmpeg and OpenCV, loaded once and set up for many cameras in one process. */
public final class NativeLibraries {

    private static boolean loaded;

    private NativeLibraries() {}

    /**
     * Loads the libraries unless they are; takes seconds the first time, when they are unpacked.
     *
     * <p>Not to be left to a capture thread: one that is given up is interrupted, and a library whose loading was
     * interrupted cannot be loaded again in the same process.
     *
     * @throws IllegalStateException if there are none for this platform
     */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        try {
            loadAll();
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "FFmpeg and OpenCV cannot be loaded on %s; build with -Dnative.platform=… for this machine: %s"
                            .formatted(Loader.getPlatform(), e),
                    e);
        }
        FfmpegLog.install();
        avformat_network_init();
        avdevice_register_all();
        loaded = true;
    }

    private static void loadAll() {
        Loader.load(avutil.class);
        Loader.load(avcodec.class);
        Loader.load(avformat.class);
        Loader.load(avdevice.class);
        Loader.load(swscale.class);
        Loader.load(opencv_core.class);
        Loader.load(opencv_imgcodecs.class);
        Loader.load(opencv_imgproc.class);
    }
}
