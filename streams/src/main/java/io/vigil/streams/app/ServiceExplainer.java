package io.vigil.streams.app;

import io.vigil.schema.topic.Topics;
import io.vigil.streams.clip.RecognitionConfig;
import io.vigil.streams.explain.ExplainSetup;
import io.vigil.streams.explain.Explainer;
import io.vigil.streams.inference.InferenceConfig;
import java.util.Optional;

/** The explainer that fits a service: its topics, its packages, its way to Kafka. */
public final class ServiceExplainer {

    /** On the processor, whatever the service runs on: answers may be slow, the stream must not be. */
    private static final int THREADS = 1;

    private ServiceExplainer() {}

    /** Empty if the configuration wants none. The caller closes it. */
    public static Optional<Explainer> of(ServiceConfig config, Topics topics) {
        if (!config.explain().enabled()) {
            return Optional.empty();
        }
        ExplainSetup setup = new ExplainSetup(
                topics,
                new KafkaSettings(config, topics).reader(),
                config.detection().modelPackage(),
                config.recognition().map(RecognitionConfig::modelPackage),
                new InferenceConfig(THREADS, THREADS, false, config.inference().deadline(), Optional.empty()));
        return Optional.of(new Explainer(setup, config.explain()));
    }
}
