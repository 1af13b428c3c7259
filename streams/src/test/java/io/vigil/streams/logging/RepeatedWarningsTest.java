package io.vigil.streams.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vigil.streams.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RepeatedWarningsTest {

    private final Logger log = (Logger) LoggerFactory.getLogger(RepeatedWarningsTest.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final RepeatedWarnings warnings = new RepeatedWarnings(log, clock);

    @BeforeEach
    void listen() {
        log.setAdditive(false);
        log.setLevel(Level.WARN);
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(lines);
    }

    @Test
    void shouldLogTheFirstAtOnceAndTheOthersOnceAMinuteWithTheirNumber() {
        warnings.warn("north", "first");
        warnings.warn("north", "second");
        warnings.warn("north", "third");
        clock.advance(Duration.ofMinutes(1));
        warnings.warn("north", "fourth");

        assertThat(messages()).containsExactly("north: first", "north: fourth (2 more since the last such line)");
    }

    @Test
    void shouldNotLetOneTopicSilenceAnother() {
        warnings.warn("north", "dark");
        warnings.warn("south", "dark");

        assertThat(messages()).containsExactly("north: dark", "south: dark");
    }

    private List<String> messages() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
