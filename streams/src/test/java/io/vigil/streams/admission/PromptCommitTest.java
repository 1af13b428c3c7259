package io.vigil.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PromptCommitTest {

    private static final long NOW = 1_000_000;

    private final PromptCommit promptCommit = new PromptCommit(Duration.ofMillis(100));

    @Test
    void shouldCommitAFrameThatWaitedLess() {
        assertThat(promptCommit.isDue(NOW - 99, NOW)).isTrue();
        assertThat(promptCommit.isDue(NOW - 100, NOW)).isFalse();
    }

    @Test
    void shouldBearClocksThatDifferALittle() {
        assertThat(promptCommit.isDue(NOW + 99, NOW)).isTrue();
    }

    /** As of a file that is read faster than it was recorded. */
    @Test
    void shouldNotTakeAFrameFromTheFutureForOneThatDidNotWait() {
        assertThat(promptCommit.isDue(NOW + 100, NOW)).isFalse();
    }

    @Property
    void shouldNeverCommitAtOnceWhereNothingWaitsForIt(@ForAll @LongRange(min = 0, max = 2 * NOW) long timestamp) {
        assertThat(PromptCommit.NEVER.isDue(timestamp, NOW)).isFalse();
    }
}
