package io.vigil.streams.recognition;

/**
 * A candidate action of a clip.
 *
 * @param label class name
 * @param score probability, softmax over all labels
 */
public record Action(String label, float score) {}
