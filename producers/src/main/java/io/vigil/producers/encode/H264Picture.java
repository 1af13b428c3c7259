package io.vigil.producers.encode;

/**
 * One access unit of an H.264 stream.
 *
 * @param width pixels
 * @param height pixels
 * @param bytes an Annex B byte stream; whoever holds the record must not change them
 * @param startsGroup whether decoding can begin with it; else it needs those before it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier on its way into a Frame; never compared
public record H264Picture(int width, int height, byte[] bytes, boolean startsGroup) implements EncodedPicture {}
