package io.vigil.streams.recognition;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.testing.TestPackages;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TamRecognizerTest {

    private final RecognitionModel model = RecognitionModel.load(TestPackages.RECOGNITION, TestPackages.INFERENCE);
    private final FrameDecoder decoder = new FrameDecoder(List.of(model.input()));

    @AfterEach
    void close() {
        decoder.close();
        model.close();
    }

    @Test
    void shouldNameTheMostProbableFirst() throws Exception {
        try (TamRecognizer recognizer = new TamRecognizer(model, 2)) {
            List<Action> actions = recognizer.recognize(clip(recognizer, 10, 30, 20, 0));

            assertThat(actions).extracting(Action::label).containsExactly("second", "third");
        }
    }

    @Test
    void shouldGiveProbabilitiesOverAllLabels() throws Exception {
        try (TamRecognizer recognizer = new TamRecognizer(model, 100)) {
            List<Action> actions = recognizer.recognize(clip(recognizer, 10, 30, 20, 0));

            assertThat(actions).hasSize(4);
            assertThat(actions.stream().mapToDouble(Action::score).sum()).isEqualTo(1, Offset.offset(1e-6));
            // logits are tenths of the grey levels
            assertThat(Math.log(actions.get(0).score() / actions.get(3).score()))
                    .isEqualTo(3, Offset.offset(1e-3));
        }
    }

    @Test
    void shouldPreferTheEarlierOfEqualLabels() throws Exception {
        try (TamRecognizer recognizer = new TamRecognizer(model, 2)) {
            assertThat(recognizer.recognize(clip(recognizer, 9, 9, 9, 9)))
                    .extracting(Action::label)
                    .containsExactly("first", "second");
        }
    }

    private List<ClipFrame> clip(TamRecognizer recognizer, int... levels) throws RejectedFrameException {
        List<ClipFrame> clip = new ArrayList<>();
        for (int level : levels) {
            clip.add(recognizer.frame(decoder.decode(frame().grey(level).build())));
        }
        return clip;
    }
}
