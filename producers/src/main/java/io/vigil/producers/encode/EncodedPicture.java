package io.vigil.producers.encode;

/** A picture on its way into a frame. */
public sealed interface EncodedPicture permits Jpeg, H264Picture {

    /** Pixels. */
    int width();

    /** Pixels. */
    int height();

    /** Whoever holds the picture must not change them. */
    byte[] bytes();
}
