package io.vigil.streams.recognition;

/**
 * One frame of a clip, fitted into the recognizer's input.
 *
 * @param width pixels
 * @param height pixels
 * @param pixels {@code (height, width, 3)} uint8 RGB; not changed by anyone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
public record ClipFrame(int width, int height, byte[] pixels) {}
