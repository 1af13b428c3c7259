package io.vigil.producers.capture;

import io.vigil.producers.encode.EncodedPicture;

/** What a source grabbed, not yet encoded: a picture that is not wanted costs no encoding. */
public interface Picture {

    /** Time since the first picture of the source, microseconds. */
    long mediaTimeMicros();

    /**
     * The picture as it goes to the topic; only until the source is asked for the next one.
     *
     * @param stamp whose picture this becomes
     * @param quality of a JPEG, 1 to 100; ignored where the picture is encoded already
     */
    EncodedPicture encode(FrameStamp stamp, int quality);
}
