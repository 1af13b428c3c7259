package io.vigil.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** With an interval of 100 ms. */
class ThreadCommitsTest {

    private static final long NOW = 1_000_000;
    private static final boolean LAST = true;
    private static final boolean FOLLOWED = false;

    private final ThreadCommits commits = new ThreadCommits(CommitPolicy.exactlyOnce(Duration.ofMillis(100)));

    @Test
    void shouldCommitEachFrameThatDidNotWait() {
        assertThat(commits.isDueAfterAnalysis(99, NOW, FOLLOWED)).isTrue();
        assertThat(commits.isDueAfterAnalysis(99, NOW + 1, FOLLOWED)).isTrue();
    }

    @Test
    void framesThatWaitedALittleShouldShareACommitForAnInterval() {
        assertThat(commits.isDueAfterAnalysis(100, NOW, FOLLOWED)).isTrue();
        assertThat(commits.isDueAfterAnalysis(250, NOW + 99, FOLLOWED)).isFalse();
        assertThat(commits.isDueAfterAnalysis(250, NOW + 100, FOLLOWED)).isTrue();
    }

    @Test
    void framesOfABacklogShouldShareACommitForTwoFifthsOfTheirWait() {
        assertThat(commits.isDueAfterAnalysis(1_000, NOW, FOLLOWED)).isTrue();
        assertThat(commits.isDueAfterAnalysis(1_000, NOW + 399, FOLLOWED)).isFalse();
        assertThat(commits.isDueAfterAnalysis(1_000, NOW + 400, FOLLOWED)).isTrue();
    }

    @Test
    void shouldCommitTheLastFrameOfABacklogHoweverLongItWaited() {
        commits.isDueAfterAnalysis(60_000, NOW, LAST);

        assertThat(commits.isDueAfterAnalysis(60_000, NOW + 1, FOLLOWED)).isFalse();
        assertThat(commits.isDueAfterAnalysis(60_000, NOW + 2, LAST)).isTrue();
    }

    @Test
    void shouldCommitABacklogThatEndsWithAFrameThatIsNotAnalysed() {
        commits.isDueAfterAnalysis(60_000, NOW, LAST);
        commits.isDueAfterAnalysis(60_000, NOW + 1, FOLLOWED);

        assertThat(commits.isDueAfterOther(NOW + 2, FOLLOWED)).isFalse();
        assertThat(commits.isDueAfterOther(NOW + 3, LAST)).isTrue();
        assertThat(commits.isDueAfterOther(NOW + 4, LAST)).as("once more").isFalse();
    }

    @Test
    void shouldNotHurryForAFrameThatIsNotAnalysed() {
        assertThat(commits.isDueAfterOther(NOW, LAST)).isFalse();

        commits.isDueAfterAnalysis(0, NOW, FOLLOWED);

        assertThat(commits.isDueAfterOther(NOW, LAST)).isFalse();
    }

    @Test
    void shouldBearClocksThatDifferALittle() {
        assertThat(commits.isDueAfterAnalysis(-99, NOW, FOLLOWED)).isTrue();
        assertThat(commits.isDueAfterAnalysis(-99, NOW + 1, FOLLOWED)).isTrue();
    }

    /** As of a file that is read faster than it was recorded. */
    @Test
    void shouldNotTakeAFrameFromTheFutureForOneThatDidNotWait() {
        commits.isDueAfterAnalysis(0, NOW, FOLLOWED);

        assertThat(commits.isDueAfterAnalysis(-300, NOW + 1, FOLLOWED)).isFalse();
    }

    @Property
    void shouldNeverHurryWhereResultsAreVisibleBeforeTheyAreCommitted(@ForAll int waited, @ForAll boolean isLast) {
        ThreadCommits atLeastOnce = new ThreadCommits(CommitPolicy.atLeastOnce(Duration.ofMillis(100)));

        assertThat(atLeastOnce.isDueAfterAnalysis(waited, NOW, isLast)).isFalse();
        assertThat(atLeastOnce.isDueAfterOther(NOW, isLast)).isFalse();
    }
}
