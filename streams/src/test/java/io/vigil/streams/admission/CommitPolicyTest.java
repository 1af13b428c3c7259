package io.vigil.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitPolicyTest {

    @ParameterizedTest(name = "{0} ms: {1} ms at most")
    @CsvSource({"10, 100", "100, 1000", "250, 1000", "60000, 60000"})
    void exactlyOnceALongBacklogShouldShareACommitForTenIntervalsOrASecond(long interval, long longest) {
        assertThat(CommitPolicy.exactlyOnce(Duration.ofMillis(interval)).longest())
                .hasMillis(longest);
    }

    @ParameterizedTest
    @CsvSource({"10", "100", "60000"})
    void atLeastOnceTheIntervalShouldBeAsConfigured(long interval) {
        assertThat(CommitPolicy.atLeastOnce(Duration.ofMillis(interval)).longest())
                .hasMillis(interval);
    }
}
