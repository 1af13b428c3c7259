package io.vigil.streams.recognition;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.testing.TestPackages;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shipped streaming recognizer in ONNX Runtime: what it says depends on its reach alone, to the last bit. */
class StreamingRecognizerTest {

    private final RecognitionModel model =
            RecognitionModel.load(TestPackages.SHIPPED_STREAMING_RECOGNIZER, TestPackages.INFERENCE);
    private final FrameDecoder decoder = new FrameDecoder(List.of(model.input()));
    private final StreamingRecognizer recognizer = new StreamingRecognizer(model, 9);

    @AfterEach
    void close() {
        recognizer.close();
        decoder.close();
        model.close();
    }

    @Test
    void shouldSayTheSameFromWhereverItsReachIsRunAgain() throws Exception {
        int reach = model.manifest().temporal().kept();
        List<Frame> frames = frames(2 * reach);
        List<List<Action>> uninterrupted = answers(frames);

        List<List<Action>> again = answers(frames.subList(reach, 2 * reach));

        // the first to have seen as many frames as the reach says is the last
        assertThat(again.get(reach - 1)).isEqualTo(uninterrupted.get(2 * reach - 1));
        assertThat(again.get(0)).isNotEqualTo(uninterrupted.get(reach));
    }

    @Test
    void shouldGoOnTheSameAfterItsReachWasRunAgain() throws Exception {
        int reach = model.manifest().temporal().kept();
        List<Frame> frames = frames(reach + 10);
        List<List<Action>> uninterrupted = answers(frames);

        List<List<Action>> again = answers(frames.subList(1, frames.size()));

        assertThat(again.subList(reach - 1, reach + 9)).isEqualTo(uninterrupted.subList(reach, reach + 10));
    }

    private List<List<Action>> answers(List<Frame> frames) throws InferenceException, RejectedFrameException {
        List<List<Action>> answers = new ArrayList<>();
        StreamedFrames streamed = recognizer.start(decoder.decode(frames.get(0)));
        answers.add(recognizer.actions(streamed));
        for (Frame frame : frames.subList(1, frames.size())) {
            try (StreamedFrames before = streamed) {
                streamed = recognizer.step(before, decoder.decode(frame));
            }
            answers.add(recognizer.actions(streamed));
        }
        streamed.close();
        return answers;
    }

    /** Of changing brightness, so that each tells. */
    private static List<Frame> frames(int count) {
        Random random = new Random(5);
        return IntStream.range(0, count)
                .mapToObj(i -> frame(i, i).grey(random.nextInt(256)).build())
                .toList();
    }
}
