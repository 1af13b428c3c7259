package io.vigil.streams.rules;

import java.time.Duration;

/**
 * An action that is waited for.
 *
 * @param name unique among the rules of its camera
 * @param label of the action, as the model package calls it
 * @param score the least probability with which it begins
 * @param releaseScore it goes on while its probability is at least this
 * @param atLeast how long it must be seen before it is told, event time
 * @param maxGap it ends when the next clip ends later than this after the last one, event time
 */
public record ActionRule(
        String name, String label, double score, double releaseScore, Duration atLeast, Duration maxGap) {}
