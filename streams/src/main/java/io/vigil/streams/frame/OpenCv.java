package io.vigil.streams.frame;

import org.bytedeco.opencv.global.opencv_core;

/** Loads OpenCV once, with settings that suit a service that decodes on many threads. */
public final class OpenCv {

    static {
        // JavaCPP would count the models' memory as its own and collect garbage at every allocation beyond its limit
        if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
            System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        }
        // pictures are small and stream threads many: a pool per call would only get into their way
        opencv_core.setNumThreads(1);
    }

    private OpenCv() {}

    /** Has an effect on the first call only. */
    public static void load() {
        // the work is done when the class is initialised
    }
}
