package io.vigil.producers.encode;

/**
 * One encoded picture.
 *
 * @param width pixels
 * @param height pixels
 * @param bytes the JPEG stream; whoever holds the record must not change them
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier on its way into a Frame; never compared
public record Jpeg(int width, int height, byte[] bytes) implements EncodedPicture {}
