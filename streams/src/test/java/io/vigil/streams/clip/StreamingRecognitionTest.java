package io.vigil.streams.clip;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.StageTiming;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.recognition.RecognitionModel;
import io.vigil.streams.state.FrameStore;
import io.vigil.streams.testing.TestPackages;
import io.vigil.streams.time.Slots;
import io.vigil.streams.time.Stopwatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamingRecognitionTest {

    private final RecognitionModel model =
            RecognitionModel.load(TestPackages.STREAMING_RECOGNITION, TestPackages.INFERENCE);
    private final FrameDecoder decoder = new FrameDecoder(List.of(model.input()));
    private final AtomicLong clock = new AtomicLong();
    private final LongSupplier aMillisecondEachTime = () -> clock.getAndAdd(TimeUnit.MILLISECONDS.toNanos(1));
    private final StreamingRecognition recognition =
            new StreamingRecognition(model, 4, new StoredPictures(emptyStore(), decoder), aMillisecondEachTime);
    private final Map<String, ClipWindow> windows = new HashMap<>();

    @AfterEach
    void close() {
        recognition.close();
        decoder.close();
        model.close();
    }

    @Test
    void shouldCountTheStepsSinceTheLastClipAsTimeOfTheNext() throws Exception {
        add("north", 0, 1, 2, 3);
        assertThat(recognizeMicros("north")).isEqualTo(4_000 + 1_000);

        add("north", 4, 5);
        assertThat(recognizeMicros("north")).isEqualTo(2_000 + 1_000);
    }

    @Test
    void shouldCountTheStepsOfEachCameraByItself() throws Exception {
        add("north", 0, 1, 2, 3);
        add("south", 0, 1);

        assertThat(recognizeMicros("north")).isEqualTo(4_000 + 1_000);
        assertThat(recognizeMicros("south")).isEqualTo(2_000 + 1_000);
    }

    @Test
    void shouldNotCountTheStepsOfACameraThatWasForgotten() throws Exception {
        add("north", 0, 1, 2, 3);
        recognition.forget("north");
        windows.clear();

        add("north", 100);

        assertThat(recognizeMicros("north")).isEqualTo(1_000 + 1_000);
    }

    private void add(String camera, int... samples) throws InferenceException {
        ClipWindow window = windows.computeIfAbsent(
                camera,
                unused -> new ClipWindow(
                        new ClipSpec(Slots.ofLength(Duration.ofMillis(250)), 4, 2, Duration.ofSeconds(1), 6)));
        for (int sample : samples) {
            FrameStamp stamp = new FrameStamp(1, sample, sample * 250_000L, 64, 48);
            long slot = window.moveTo(stamp).slot();
            recognition.add(camera, window, new ClipWindow.Sample(slot, stamp), Picture.grey(64, 48));
        }
    }

    /** What the clip is said to have taken, of which its own share is one look at the clock. */
    private long recognizeMicros(String camera) throws InferenceException {
        Stopwatch stopwatch = new Stopwatch(aMillisecondEachTime);
        assertThat(recognition.actions(camera, windows.get(camera), List.of(), stopwatch))
                .hasSize(4);
        assertThat(stopwatch.timings()).extracting(StageTiming::getStage).containsExactly("recognize");
        return stopwatch.timings().get(0).getDurationUs();
    }

    private static FrameStore emptyStore() {
        MockProcessorContext<String, Object> context = new MockProcessorContext<>();
        StateStore store = FrameStore.builder(
                        StoreNames.CLIP_FRAMES, Topics.standard().frames())
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        return new FrameStore(context, StoreNames.CLIP_FRAMES);
    }
}
