package io.vigil.streams.support;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.streams.detection.Contribution;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.detection.PostProcessing;
import io.vigil.streams.detection.TraDetector;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.testing.TestPackages;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContributionHandoverTest {

    private Duration passed = Duration.ZERO;
    private final ContributionHandover handover = new ContributionHandover(() -> passed.toNanos());

    @Test
    void shouldGiveWhatWasLeftOnce() throws Exception {
        Map<FrameStamp, Contribution> contributions = contributions();
        handover.leave("north", contributions);

        assertThat(handover.take("south")).isEmpty();
        assertThat(handover.take("north")).isEqualTo(contributions);
        assertThat(handover.take("north")).isEmpty();
    }

    @Test
    void shouldDropWhatNobodyTakes() throws Exception {
        handover.leave("north", contributions());
        passed = ContributionHandover.KEPT.plusSeconds(1);

        assertThat(handover.take("north")).isEmpty();
    }

    private static Map<FrameStamp, Contribution> contributions() throws Exception {
        try (DetectionModel model = DetectionModel.load(TestPackages.DETECTION, TestPackages.INFERENCE);
                TraDetector detector = new TraDetector(model, new PostProcessing(0.5, 1, 100));
                FrameDecoder decoder = new FrameDecoder(List.of(model.manifest().input()))) {
            return Map.of(frame().stamp(), detector.contribution(decoder.decode(frame().build())));
        }
    }
}
