package io.vigil.streams.admission;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.time.Slots;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OutlookTest {

    private final Admission admission = new Admission(Slots.ofLength(Duration.ofMillis(100)));

    @Test
    void shouldForeseeWhichOfTheNextFramesAreAnalysed() {
        Progress now = progress(frame(7, 700));
        Outlook outlook = new Outlook(admission, Map.of("south", progress(frame(3, 700)))::get, "north", now);

        assertThat(Stream.of(
                                frame(7, 700), // a duplicate
                                frame(8, 750), // in the same period
                                frame(9, 800),
                                frame(3, 700).camera("south"), // a duplicate
                                frame(4, 800).camera("south"),
                                frame(0, 700).camera("new"),
                                frame(10, 850), // in the period of the one foreseen
                                frame(11, 900))
                        .map(FrameFixture::build)
                        .map(outlook::test))
                .containsExactly(false, false, true, false, true, true, false, true);
    }

    @Test
    void shouldNotForeseeWhatIsDecodedInOrder() {
        Outlook outlook = new Outlook(admission, Map.<String, Progress>of()::get, "north", progress(frame(7, 700)));

        assertThat(outlook.test(frame(8, 800).h264(new byte[] {0, 0, 1}, 0).build()))
                .isFalse();
    }

    private Progress progress(FrameFixture frame) {
        return admission
                .decide(null, FrameStamp.of(frame.build()), () -> false, () -> false)
                .after();
    }
}
