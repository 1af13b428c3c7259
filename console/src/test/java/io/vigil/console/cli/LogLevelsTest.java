package io.vigil.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of the embedded broker's log is told in a user's terminal. */
class LogLevelsTest {

    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void configure() throws Exception {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Vigil.class.getResource("/logback.xml"));
    }

    @Test
    void timestampsAheadOfTheClockShouldNotBeWarnedOf() {
        assertThat(context.getLogger("LogFutureTimestampLogger").isWarnEnabled())
                .as("Kafka's logger of segments with future timestamps")
                .isFalse();
    }

    @Test
    void warningsOfOthersShouldBeTold() {
        assertThat(context.getLogger("some.library").isWarnEnabled()).isTrue();
        assertThat(context.getLogger("io.vigil").isInfoEnabled()).isTrue();
    }
}
