package io.vigil.streams.app;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.schema.registry.RegistrySchemaIds;
import io.vigil.schema.registry.RegistrySettings;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.ManualClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.NotCoordinatorException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamThreadFaultsTest {

    private static final int LIMIT = 3;
    private static final Duration WINDOW = Duration.ofMinutes(10);

    private final ManualClock clock = new ManualClock(FrameFixture.START);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<EndReason> ends = new ArrayList<>();
    private final AtomicInteger pauses = new AtomicInteger();
    private final StreamThreadFaults faults = new StreamThreadFaults(
            new RestartBudget(LIMIT, WINDOW, clock), registry, ends::add, pauses::incrementAndGet);

    static Stream<Throwable> transientFaults() {
        return Stream.of(
                new CoordinatorNotAvailableException("away"),
                new StreamsException("in a task", new TimeoutException("no answer for five minutes")),
                new KafkaException("in an error state", new NotCoordinatorException("moved")),
                new StreamsException(unexpected("from SyncGroup", Errors.COORDINATOR_LOAD_IN_PROGRESS)),
                unexpected("in commit", Errors.NOT_LEADER_OR_FOLLOWER));
    }

    @ParameterizedTest
    @MethodSource("transientFaults")
    void shouldReplaceAThreadThatATransientFaultOfKafkaEnded(Throwable fault) {
        assertThat(faults.handle(fault)).isEqualTo(REPLACE_THREAD);

        assertThat(ends).isEmpty();
        assertThat(pauses).hasValue(0);
        assertThat(replaced()).isOne();
    }

    @Test
    void shouldPauseBeforeItReplacesAThreadThatTheSchemaRegistryEnded() {
        assertThat(faults.handle(new StreamsException("in a task", registryAway())))
                .isEqualTo(REPLACE_THREAD);

        assertThat(pauses).hasValue(1);
        assertThat(replaced()).isOne();
    }

    static Stream<Throwable> lastingFaults() {
        return Stream.of(
                new IllegalStateException("a fault of our own"),
                new StreamsException(new GroupAuthorizationException("vigil")),
                unexpected("from SyncGroup", Errors.INVALID_GROUP_ID),
                new KafkaException(Errors.COORDINATOR_LOAD_IN_PROGRESS.message() + " says a rule's name"));
    }

    @ParameterizedTest
    @MethodSource("lastingFaults")
    void shouldEndTheServiceAfterAnyOtherFault(Throwable fault) {
        assertThat(faults.handle(fault)).isEqualTo(SHUTDOWN_CLIENT);

        assertThat(ends).containsExactly(EndReason.FAILED);
        assertThat(replaced()).isZero();
    }

    @Test
    void shouldTellThatTheFramesTopicIsGone() {
        assertThat(faults.handle(new StreamsException(new MissingSourceTopicException("vigil.frames"))))
                .isEqualTo(SHUTDOWN_CLIENT);

        assertThat(ends).containsExactly(EndReason.BAD_TOPICS);
    }

    @Test
    void shouldGiveUpWhenThreadsDieFasterThanTheBudgetAllows() {
        for (int i = 0; i < LIMIT; i++) {
            assertThat(faults.handle(new TimeoutException())).isEqualTo(REPLACE_THREAD);
        }
        assertThat(faults.handle(new TimeoutException())).isEqualTo(SHUTDOWN_CLIENT);

        assertThat(ends).containsExactly(EndReason.KAFKA_UNREACHABLE);
        assertThat(replaced()).isEqualTo(LIMIT);
    }

    @Test
    void shouldBlameTheSchemaRegistryWhenItIsThatWhichEndsThreadsFasterThanTheBudgetAllows() {
        for (int i = 0; i < LIMIT; i++) {
            assertThat(faults.handle(registryAway())).isEqualTo(REPLACE_THREAD);
        }
        assertThat(faults.handle(registryAway())).isEqualTo(SHUTDOWN_CLIENT);

        assertThat(ends).containsExactly(EndReason.REGISTRY_UNREACHABLE);
        assertThat(pauses).as("none before the end").hasValue(LIMIT);
    }

    @Test
    void shouldBearAnyNumberOfFaultsThatAreFarApart() {
        for (int i = 0; i < 10 * LIMIT; i++) {
            assertThat(faults.handle(new TimeoutException())).isEqualTo(REPLACE_THREAD);
            clock.advance(WINDOW.dividedBy(LIMIT));
        }
        assertThat(ends).isEmpty();
    }

    private static Throwable registryAway() {
        RegistrySettings nowhere = RegistrySettings.of("http://localhost:1", Optional.empty(), Duration.ofSeconds(10));
        return catchThrowable(
                () -> RegistrySchemaIds.of(nowhere, InstantSource.system()).schemaOf(4711));
    }

    private static KafkaException unexpected(String where, Errors answer) {
        return new KafkaException("Unexpected error %s: %s".formatted(where, answer.message()));
    }

    private double replaced() {
        return registry.get("vigil.stream.threads.replaced").counter().count();
    }
}
