package io.vigil.streams.explain;

import io.vigil.schema.topic.Topics;
import io.vigil.streams.inference.InferenceConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What is needed to answer: no more than the topics and the model packages.
 *
 * @param topics where results and frames lie
 * @param consumer settings of a Kafka consumer
 * @param detectionPackage the detector's package
 * @param recognitionPackage the recognizer's package; empty: no actions are recognized
 * @param inference how the models are run for answers
 */
public record ExplainSetup(
        Topics topics,
        Map<String, Object> consumer,
        Path detectionPackage,
        Optional<Path> recognitionPackage,
        InferenceConfig inference) {}
