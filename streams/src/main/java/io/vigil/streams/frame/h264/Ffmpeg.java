package io.vigil.streams.frame.h264;

import io.vigil.streams.frame.OpenCv;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;

/** Loads FFmpeg's decoders once. */
final class Ffmpeg {

    static {
        OpenCv.load();
        Loader.load(avcodec.class);
        Loader.load(swscale.class);
    }

    private Ffmpeg() {}

    /** Has an effect on the first call only. */
    static void load() {
        // the work is done when the class is initialised
    }
}
