package io.vigil.producers.capture;

import io.vigil.producers.encode.Jpeg;

/** What a source grabbed, not yet encoded: a picture that is not wanted costs no encoding. */
public interface Picture {

    /** Time since the first picture of the source, microseconds. */
    long mediaTimeMicros();

    /**
     * The picture as JPEG; only until the source is asked for the next one.
     *
     * @param stamp whose picture this becomes
     * @param quality 1 to 100; ignored where the picture is JPEG already
     */
    Jpeg encode(FrameStamp stamp, int quality);
}
