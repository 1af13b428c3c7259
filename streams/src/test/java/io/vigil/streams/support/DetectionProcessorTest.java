package io.vigil.streams.support;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.admission.AdmittedFrame;
import io.vigil.streams.app.ServiceConfig;
import io.vigil.streams.deadletter.DeadLetters;
import io.vigil.streams.deadletter.Origin;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.frame.CheckedFrame;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.metrics.FrameMetrics;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.state.FrameStore;
import io.vigil.streams.state.StageSettings;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.ModelRuns;
import io.vigil.streams.testing.TestPackages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tasks that follow each other compute of the support frames that they share. */
class DetectionProcessorTest {

    private static final ServiceConfig CONFIG = ServiceConfig.from(ConfigFactory.parseString(
            "admission.frames-per-second = 10, detection { package = \"%s\", slot = 100 ms, support-frames = 3 }"
                    .formatted(TestPackages.DETECTION)));

    @TempDir
    private Path folder;

    private final DetectionModel model = DetectionModel.load(TestPackages.DETECTION, TestPackages.INFERENCE);
    private final FrameDecoder decoder =
            new FrameDecoder(List.of(model.manifest().input()));
    private MockProcessorContext<String, Object> context;
    private List<StateStore> stores;

    @BeforeEach
    void openStore() {
        context = new MockProcessorContext<>(new Properties(), new TaskId(0, 0), folder.toFile());
        stores = supplier().stores().stream()
                .map(store -> (StateStore) store.withLoggingDisabled().build())
                .toList();
        stores.forEach(store -> store.init(context.getStateStoreContext(), store));
    }

    @AfterEach
    void close() {
        stores.forEach(StateStore::close);
        decoder.close();
        model.close();
    }

    @Test
    void shouldGoOnWithWhatTheTaskBeforeItInThisProcessHadComputed() throws Exception {
        ProcessorSupplier<String, AdmittedFrame, String, Object> process = supplier();
        analyse(process, frame(0, 0), frame(1, 100));

        try (ModelRuns runs = ModelRuns.record(folder)) {
            assertThat(analyse(process, frame(2, 200)).getSupportSequences()).containsExactly(0L, 1L);

            assertThat(supportRuns(runs)).as("of the key frame").isEqualTo(1);
        }
    }

    @Test
    void shouldComputeWhatAnotherProcessHadComputed() throws Exception {
        analyse(supplier(), frame(0, 0), frame(1, 100));

        try (ModelRuns runs = ModelRuns.record(folder)) {
            assertThat(analyse(supplier(), frame(2, 200)).getSupportSequences()).containsExactly(0L, 1L);

            assertThat(supportRuns(runs)).isEqualTo(3);
        }
    }

    @Test
    void shouldComputeAFrameAgainWhoseTransactionWasAbortedButNotItsSupports() throws Exception {
        analyse(supplier(), frame(0, 0), frame(1, 100));
        ProcessorSupplier<String, AdmittedFrame, String, Object> process = supplier();
        Detections aborted = analyse(process, frame(2, 200));
        new FrameStore(context, StoreNames.SUPPORT_FRAMES)
                .delete(
                        "north",
                        CONFIG.admission().period().at(frame(2, 200).stamp().timeMicros()));

        try (ModelRuns runs = ModelRuns.record(folder)) {
            assertThat(analyse(process, frame(2, 200)).getBoxes()).isEqualTo(aborted.getBoxes());

            assertThat(supportRuns(runs)).isEqualTo(1);
        }
    }

    /** What one task finds in the last of these frames. */
    private Detections analyse(ProcessorSupplier<String, AdmittedFrame, String, Object> process, FrameFixture... frames)
            throws RejectedFrameException {
        Processor<String, AdmittedFrame, String, Object> task = process.get();
        task.init(context);
        for (FrameFixture fixture : frames) {
            Frame frame = fixture.build();
            CheckedFrame checked = new CheckedFrame(
                    frame,
                    fixture.stamp(),
                    new Origin("vigil.frames", 0, frame.getSequence(), 0, new RecordHeaders(), null, null));
            task.process(new Record<>(
                    frame.getCameraId(),
                    new AdmittedFrame(checked, decoder.decode(frame), Optional.empty(), List.of()),
                    0));
        }
        task.close();
        List<CapturedForward<? extends String, ? extends Object>> forwarded = context.forwarded();
        return (Detections) forwarded.get(forwarded.size() - 1).record().value();
    }

    private static long supportRuns(ModelRuns runs) throws IOException {
        return runs.all().stream().filter(run -> run.graph().equals("support")).count();
    }

    private ProcessorSupplier<String, AdmittedFrame, String, Object> supplier() {
        DetectionProcessor.Setup setup = new DetectionProcessor.Setup(
                model,
                CONFIG.detection().postProcessing(model.thresholds()),
                CONFIG.detection()
                        .supports(
                                model.manifest().temporal(), CONFIG.admission().period()));
        return DetectionProcessor.supplier(
                setup,
                new StageSettings(
                        Topics.standard().frames(),
                        List.of(model.manifest().input()),
                        CONFIG.silence(),
                        new DeadLetters(Topics.standard().deadLetters().maxMessageBytes()),
                        Clock.systemUTC(),
                        new FrameMetrics(new SimpleMeterRegistry())));
    }
}
