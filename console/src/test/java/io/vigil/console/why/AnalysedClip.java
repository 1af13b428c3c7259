package io.vigil.console.why;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.Places;
import io.vigil.console.testing.TestService;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.capture.Backpressure;
import io.vigil.schema.Actions;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The bundled clip, which the shipped models have analysed, in a real log. */
record AnalysedClip(
        EmbeddedBroker broker, Topics topics, Config config, List<Detections> detections, List<Actions> actions)
        implements AutoCloseable {

    static final String CAMERA = "gate";

    private static final int ANALYSED = 80;
    private static final Duration LIMIT = Duration.ofMinutes(4);

    static AnalysedClip analyse(Path directory) {
        EmbeddedBroker broker = TestService.broker(directory);
        Topics topics = TestService.topics(broker, "why.", 2);
        Config config = config(broker.bootstrap(), directory.resolve("state"));
        CameraConfig camera = CameraConfig.of(
                        new CameraId(CAMERA),
                        SourceUri.parse(
                                Places.HOME.resolve("models/assets/demo.mp4").toString()))
                .withPacing(Pacing.UNPACED);
        try (ServiceHost service = ServiceHost.start(config, topics, new SimpleMeterRegistry());
                Ingest ingest = Ingest.start(
                        IngestConfig.of(List.of(camera), broker.bootstrap()),
                        topics.frames(),
                        Backpressure.none(),
                        new SimpleMeterRegistry());
                CommittedResults results = new CommittedResults(broker.bootstrap(), topics)) {
            results.awaitOutcomes(ANALYSED, LIMIT);
            return new AnalysedClip(broker, topics, config, results.detections(CAMERA), results.actions(CAMERA));
        }
    }

    String bootstrap() {
        return broker.bootstrap();
    }

    /** Those in which something was found. */
    Stream<Detections> withBoxes() {
        return detections.stream().filter(found -> !found.getBoxes().isEmpty());
    }

    @Override
    public void close() {
        broker.close();
    }

    private static Config config(String bootstrap, Path state) {
        return ConfigFactory.parseMap(Map.of(
                "application-id", "why",
                "bootstrap-servers", bootstrap,
                "state-directory", state.toString(),
                "detection.package",
                        Places.HOME.resolve("models/packages/tra-small").toString(),
                "recognition.package",
                        Places.HOME.resolve("models/packages/tam-small").toString()));
    }
}
