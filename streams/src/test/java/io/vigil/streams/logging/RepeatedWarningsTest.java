package io.vigil.streams.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.streams.testing.LogLines;
import io.vigil.streams.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RepeatedWarningsTest {

    private final LogLines log = LogLines.of(RepeatedWarningsTest.class);
    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final RepeatedWarnings warnings =
            new RepeatedWarnings(LoggerFactory.getLogger(RepeatedWarningsTest.class), clock);

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void shouldLogTheFirstAtOnceAndTheOthersOnceAMinuteWithTheirNumber() {
        warnings.warn("north", "first");
        warnings.warn("north", "second");
        warnings.warn("north", "third");
        clock.advance(Duration.ofMinutes(1));
        warnings.warn("north", "fourth");

        assertThat(log.messages()).containsExactly("north: first", "north: fourth (2 more since the last such line)");
    }

    @Test
    void shouldNotLetOneTopicSilenceAnother() {
        warnings.warn("north", "dark");
        warnings.warn("south", "dark");

        assertThat(log.messages()).containsExactly("north: dark", "south: dark");
    }
}
