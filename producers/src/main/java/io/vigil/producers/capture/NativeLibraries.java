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
import org.jspecify.annotations.Nullable;

/** FFmpeg and OpenCV, loaded once and set up for many cameras in one process. */
public final class NativeLibraries {

    private static boolean loaded;
    private static @Nullable String devicesMissing;

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
        loadDevices();
        loaded = true;
    }

    /**
     * Makes sure that webcams can be opened, after {@link #load}.
     *
     * @throws SourceException if FFmpeg's device library, which no other source needs, lacks a library of the system
     */
    static synchronized void requireDevices() throws SourceException {
        if (devicesMissing != null) {
            throw new SourceException(
                    SourceException.Kind.PERMANENT,
                    "webcams need sound and window libraries that are not installed (Debian: apt-get install libasound2"
                            + " libpulse0 libxcb1 libxcb-shm0): " + devicesMissing);
        }
    }

    private static void loadDevices() {
        try {
            Loader.load(avdevice.class);
            avdevice_register_all();
        } catch (LinkageError e) {
            devicesMissing = e.getMessage();
        }
    }

    private static void loadAll() {
        Loader.load(avutil.class);
        Loader.load(avcodec.class);
        Loader.load(avformat.class);
        Loader.load(swscale.class);
        Loader.load(opencv_core.class);
        Loader.load(opencv_imgcodecs.class);
        Loader.load(opencv_imgproc.class);
    }
}
