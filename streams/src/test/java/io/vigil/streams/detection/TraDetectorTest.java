package io.vigil.streams.detection;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.schema.StageTiming;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.TestPackages;
import io.vigil.streams.time.Stopwatch;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TraDetectorTest {

    private static final Offset<Float> TOLERANCE = Offset.offset(0.01f);

    private final DetectionModel model = DetectionModel.load(TestPackages.DETECTION, TestPackages.INFERENCE);
    private final FrameDecoder decoder =
            new FrameDecoder(List.of(model.manifest().input()));
    private final TraDetector detector = new TraDetector(model, new PostProcessing(0.5, 1, 100));

    @AfterEach
    void close() {
        detector.close();
        decoder.close();
        model.close();
    }

    @Test
    void shouldMakeTheKeyFrameItsOwnSupportWhenThereIsNoOther() throws Exception {
        List<Detection> detections = detect(frame().grey(51), List.of());

        assertThat(detections).hasSize(1);
        assertThat(detections.get(0).score()).isEqualTo(0.9f);
        assertThat(detections.get(0).box().width()).isEqualTo(64 * 51 / 255f, TOLERANCE);
    }

    @Test
    void shouldGiveSupportsOldestFirstAndTheKeyFrameLast() throws Exception {
        List<Detection> detections =
                detect(frame().grey(51), List.of(contribution(frame().grey(102)), contribution(frame().grey(255))));

        assertThat(detections)
                .extracting(detection -> Math.round(detection.box().width() * 255 / 64))
                .containsExactly(102, 255, 51);
    }

    @Test
    void shouldContributeTheSameWhetherItWasTheKeyFrameOrIsComputedAgain() throws Exception {
        TraDetector.Result asKey =
                detector.detect(decoder.decode(frame().grey(77).build()), List.of(), new Stopwatch());
        Contribution again = contribution(frame().grey(77));

        assertThat(again.part("support_mean").elements())
                .isEqualTo(asKey.contribution().part("support_mean").elements());
        assertThat(again.part("support_box").elements())
                .isEqualTo(asKey.contribution().part("support_box").elements());
    }

    @Test
    void shouldScaleBoxesToTheSourcePicture() throws Exception {
        // 640 x 480 becomes 64 x 48, so an all-white picture is a box of all its 640 x 480 pixels
        BoundingBox box =
                detect(frame().size(640, 480).grey(255), List.of()).get(0).box();

        assertThat(box.width()).isEqualTo(640, TOLERANCE);
        assertThat(box.height()).isEqualTo(480, TOLERANCE);
    }

    @Test
    void shouldNotTakePaddingForPicture() throws Exception {
        // 64 x 30 is padded to 64 x 32, but boxes end with the picture
        BoundingBox box =
                detect(frame().size(64, 30).grey(200), List.of()).get(0).box();

        assertThat(box.height()).isEqualTo(30, TOLERANCE);
    }

    @Test
    void shouldDropWhatScoresBelowTheThreshold() throws Exception {
        try (TraDetector picky = new TraDetector(model, new PostProcessing(0.89, 1, 100))) {
            List<Contribution> supports = List.of(contribution(frame().grey(10)));

            TraDetector.Result result =
                    picky.detect(decoder.decode(frame().grey(20).build()), supports, new Stopwatch());

            assertThat(result.detections()).hasSize(1);
        }
    }

    @Test
    void shouldMeasureEachStage() throws Exception {
        Stopwatch stopwatch = new Stopwatch();

        detector.detect(decoder.decode(frame().build()), List.of(), stopwatch);

        assertThat(stopwatch.timings())
                .extracting(StageTiming::getStage)
                .containsExactly("resize", "frame", "support", "detect");
    }

    @Test
    void shouldFailOnScoresThatAreNoNumbers() {
        assertThatThrownBy(() -> detect(frame().grey(0), List.of()))
                .isInstanceOf(InferenceException.class)
                .hasMessage("the detector's scores are not numbers");
    }

    private List<Detection> detect(FrameFixture key, List<Contribution> supports)
            throws RejectedFrameException, InferenceException {
        return detector.detect(decoder.decode(key.build()), supports, new Stopwatch())
                .detections();
    }

    private Contribution contribution(FrameFixture support) throws RejectedFrameException, InferenceException {
        return detector.contribution(decoder.decode(support.build()));
    }
}
