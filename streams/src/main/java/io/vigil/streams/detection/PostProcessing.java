package io.vigil.streams.detection;

/**
 * What is kept of the detector's boxes.
 *
 * @param scoreThreshold the least probability, inclusive
 * @param nmsIou intersection over union above which the worse of two boxes of a class is dropped
 * @param maxDetections the best so many
 */
public record PostProcessing(double scoreThreshold, double nmsIou, int maxDetections) {}
