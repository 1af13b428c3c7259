package io.vigil.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.admission.AdmissionProcessor;
import io.vigil.streams.ahead.Cores;
import io.vigil.streams.ahead.LookAhead;
import io.vigil.streams.app.ServiceConfig;
import io.vigil.streams.clip.RecognitionProcessor;
import io.vigil.streams.deadletter.DeadLetters;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.frame.FrameCheck;
import io.vigil.streams.metrics.FrameMetrics;
import io.vigil.streams.node.Nodes;
import io.vigil.streams.recognition.RecognitionModel;
import io.vigil.streams.rules.ActionRulesProcessor;
import io.vigil.streams.rules.CameraRulesStore;
import io.vigil.streams.rules.ObjectRulesProcessor;
import io.vigil.streams.rules.SilenceRuleProcessor;
import io.vigil.streams.state.StageSettings;
import io.vigil.streams.support.DetectionProcessor;
import io.vigil.streams.testing.TestPackages;
import io.vigil.streams.tracking.TrackingProcessor;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A task that Kafka Streams revives keeps its processors and their schedules. */
class ClosedProcessorsTest {

    private static final Topics TOPICS = Topics.standard();
    private static final ServiceConfig CONFIG =
            ServiceConfig.from(ConfigFactory.parseString("detection.package = \"%s\", recognition.package = \"%s\""
                    .formatted(TestPackages.DETECTION, TestPackages.RECOGNITION)));

    private static DetectionModel detector;
    private static RecognitionModel recognizer;

    @TempDir
    private Path stateDirectory;

    @BeforeAll
    static void load() {
        detector = DetectionModel.load(TestPackages.DETECTION, TestPackages.INFERENCE);
        recognizer = RecognitionModel.load(TestPackages.RECOGNITION, TestPackages.INFERENCE);
    }

    @AfterAll
    static void release() {
        detector.close();
        recognizer.close();
    }

    static Stream<Arguments> processors() {
        DetectionProcessor.Setup detection = new DetectionProcessor.Setup(
                detector,
                CONFIG.detection().postProcessing(detector.thresholds()),
                CONFIG.detection()
                        .supports(
                                detector.manifest().temporal(),
                                CONFIG.admission().period()));
        RecognitionProcessor.Setup recognition = new RecognitionProcessor.Setup(
                recognizer,
                5,
                CONFIG.recognition()
                        .orElseThrow()
                        .clips(
                                recognizer.manifest().temporal(),
                                CONFIG.admission().period()));
        StageSettings settings = new StageSettings(
                TOPICS.frames(),
                VideoTopology.inputs(detection, Optional.of(recognition)),
                CONFIG.silence(),
                new DeadLetters(TOPICS.deadLetters().maxMessageBytes()),
                Clock.systemUTC(),
                new FrameMetrics(new SimpleMeterRegistry()));
        return Stream.of(
                arguments(
                        Nodes.ADMIT,
                        AdmissionProcessor.supplier(
                                CONFIG.admission(),
                                CONFIG.frames().group(),
                                CONFIG.commitPolicy(),
                                new LookAhead(detector, settings.inputs(), new Cores(0, 1), settings.clock()),
                                new FrameCheck(TOPICS.frames().values(), CONFIG.frames()),
                                List.of(),
                                settings)),
                arguments(Nodes.DETECT, DetectionProcessor.supplier(detection, settings)),
                arguments(Nodes.TRACK, TrackingProcessor.supplier(CONFIG.tracking(), settings)),
                arguments(Nodes.RECOGNIZE, RecognitionProcessor.supplier(recognition, settings)),
                arguments(Nodes.SILENCE_RULE, SilenceRuleProcessor.supplier(CONFIG.rules(), settings)),
                arguments(
                        Nodes.OBJECT_RULES,
                        ObjectRulesProcessor.supplier(
                                CONFIG.rules(), CONFIG.tracking().maxLostMicros(), settings)),
                arguments(Nodes.ACTION_RULES, ActionRulesProcessor.supplier(CONFIG.rules(), settings)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("processors")
    <K, V> void shouldLeaveNoTimerBehind(String node, ProcessorSupplier<?, ?, K, V> supplier) {
        MockProcessorContext<K, V> context =
                new MockProcessorContext<>(new Properties(), new TaskId(0, 0), stateDirectory.toFile());
        List<StateStore> stores = openStores(supplier.stores(), context);
        Processor<?, ?, K, V> processor = supplier.get();

        processor.init(context);
        assertThat(context.scheduledPunctuators()).isNotEmpty().noneMatch(CapturedPunctuator::cancelled);

        processor.close();
        assertThat(context.scheduledPunctuators()).allMatch(CapturedPunctuator::cancelled);
        stores.forEach(StateStore::close);
    }

    private static List<StateStore> openStores(Set<StoreBuilder<?>> own, MockProcessorContext<?, ?> context) {
        return Stream.concat(own.stream(), Stream.of(CameraRulesStore.builder(TOPICS.cameras())))
                .map(builder ->
                        builder.withCachingDisabled().withLoggingDisabled().build())
                .<StateStore>map(store -> {
                    store.init(context.getStateStoreContext(), store);
                    return store;
                })
                .toList();
    }
}
