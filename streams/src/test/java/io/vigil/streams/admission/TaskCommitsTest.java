package io.vigil.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TaskCommitsTest {

    private static final long NOW = 1_000_000;
    private static final boolean LAST = true;
    private static final boolean FOLLOWED = false;

    private final TaskCommits commits = new TaskCommits(CommitPolicy.exactlyOnce(Duration.ofMillis(100)));

    @Test
    void shouldCommitAFrameThatWaitedLessThanThreeIntervals() {
        assertThat(commits.isDueAfterAnalysis(NOW - 299, NOW, FOLLOWED)).isTrue();
        assertThat(commits.isDueAfterAnalysis(NOW - 300, NOW, FOLLOWED)).isFalse();
    }

    @Test
    void shouldBearClocksThatDifferALittle() {
        assertThat(commits.isDueAfterAnalysis(NOW + 299, NOW, FOLLOWED)).isTrue();
    }

    /** As of a file that is read faster than it was recorded. */
    @Test
    void shouldNotTakeAFrameFromTheFutureForOneThatDidNotWait() {
        assertThat(commits.isDueAfterAnalysis(NOW + 300, NOW, FOLLOWED)).isFalse();
    }

    @Test
    void shouldCommitTheLastFrameOfABacklogHoweverLongItWaited() {
        assertThat(commits.isDueAfterAnalysis(NOW - 60_000, NOW, FOLLOWED)).isFalse();
        assertThat(commits.isDueAfterAnalysis(NOW - 60_000, NOW, LAST)).isTrue();
    }

    @Test
    void shouldCommitABacklogThatEndsWithAFrameThatIsNotAnalysed() {
        commits.isDueAfterAnalysis(NOW - 60_000, NOW, FOLLOWED);

        assertThat(commits.isDueAfterOther(FOLLOWED)).isFalse();
        assertThat(commits.isDueAfterOther(LAST)).isTrue();
        assertThat(commits.isDueAfterOther(LAST)).as("once more").isFalse();
    }

    @Test
    void shouldNotHurryForAFrameThatIsNotAnalysed() {
        assertThat(commits.isDueAfterOther(LAST)).isFalse();

        commits.isDueAfterAnalysis(NOW, NOW, FOLLOWED);

        assertThat(commits.isDueAfterOther(LAST)).isFalse();
    }

    @Property
    void shouldNeverCommitAtOnceWhereNothingWaitsForIt(
            @ForAll @LongRange(min = 0, max = 2 * NOW) long timestamp, @ForAll boolean isLast) {
        TaskCommits atLeastOnce = new TaskCommits(CommitPolicy.atLeastOnce(Duration.ofMillis(100)));

        assertThat(atLeastOnce.isDueAfterAnalysis(timestamp, NOW, isLast)).isFalse();
        assertThat(atLeastOnce.isDueAfterOther(isLast)).isFalse();
    }
}
