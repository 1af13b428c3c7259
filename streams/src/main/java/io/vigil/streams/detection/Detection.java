package io.vigil.streams.detection;

/**
 * An object found in a frame.
 *
 * @param label index of its class
 * @param score probability
 * @param box where it is
 */
public record Detection(int label, float score, BoundingBox box) {}
