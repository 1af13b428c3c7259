package io.vigil.streams.tracking;

import io.vigil.streams.detection.BoundingBox;

/**
 * An object that was detected in a frame, as the tracker sees it.
 *
 * @param label class name
 * @param score probability
 * @param box pixels of the source picture, with an area
 */
public record Observation(String label, float score, BoundingBox box) {}
