package io.vigil.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilenceWatchTest {

    private final SilenceWatch watch = new SilenceWatch(Duration.ofSeconds(10));

    @Test
    void shouldReportACameraOnceItHasBeenSilentForLonger() {
        watch.seen("north", 0);
        watch.seen("south", 5_000);

        assertThat(watch.takeSilent(10_000)).isEmpty();
        assertThat(watch.takeSilent(10_001)).containsExactly("north");
        assertThat(watch.takeSilent(10_002)).isEmpty();
    }

    @Test
    void shouldStartOverWithEveryFrame() {
        watch.seen("north", 0);
        watch.seen("north", 9_000);

        assertThat(watch.takeSilent(19_000)).isEmpty();
    }
}
