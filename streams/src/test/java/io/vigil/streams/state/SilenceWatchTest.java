package io.vigil.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.deadletter.DeadLetters;
import io.vigil.streams.metrics.FrameMetrics;
import io.vigil.streams.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class SilenceWatchTest {

    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final MockProcessorContext<String, String> context = new MockProcessorContext<>();
    private final List<String> forgotten = new ArrayList<>();

    @Test
    void shouldForgetACameraOnceItHasBeenSilentForLonger() {
        SilenceWatch watch = watch(List.of());
        watch.seen("north");
        clock.advance(SILENCE.dividedBy(2));
        watch.seen("south");

        clock.advance(SILENCE.dividedBy(2));
        punctuate();
        assertThat(forgotten).isEmpty();

        clock.advance(MOMENT);
        punctuate();
        assertThat(forgotten).containsExactly("north");

        clock.advance(MOMENT);
        punctuate();
        assertThat(forgotten).containsExactly("north");
    }

    @Test
    void shouldStartOverWithEveryFrame() {
        SilenceWatch watch = watch(List.of());
        watch.seen("north");
        clock.advance(SILENCE.minusSeconds(1));
        watch.seen("north");

        clock.advance(SILENCE);
        punctuate();

        assertThat(forgotten).isEmpty();
    }

    @Test
    void shouldForgetACameraAgainThatCameBack() {
        SilenceWatch watch = watch(List.of("north"));
        clock.advance(SILENCE.plus(MOMENT));
        punctuate();

        watch.seen("north");
        clock.advance(SILENCE.plus(MOMENT));
        punctuate();

        assertThat(forgotten).containsExactly("north", "north");
    }

    @Test
    void shouldCountKnownCamerasAsSeenWhenItStarts() {
        watch(List.of("north", "south"));

        clock.advance(SILENCE);
        punctuate();
        assertThat(forgotten).isEmpty();

        clock.advance(MOMENT);
        punctuate();
        assertThat(forgotten).containsExactlyInAnyOrder("north", "south");
    }

    @Test
    void shouldForgetNothingOfALiveCameraWhenItsTaskIsRevived() {
        SilenceWatch watch = watch(List.of("north"));
        watch.close();
        watch.start(context, List.of("north"));

        clock.advance(SILENCE.minus(MOMENT));
        watch.seen("north");
        clock.advance(SILENCE.minus(MOMENT));
        punctuate();

        assertThat(forgotten).isEmpty();
    }

    @Test
    void shouldForgetNothingAfterItWasClosed() {
        SilenceWatch watch = watch(List.of("north"));
        watch.close();

        clock.advance(SILENCE.plus(MOMENT));
        punctuate();

        assertThat(forgotten).isEmpty();
    }

    @Test
    void shouldStartAnewWithWhatIsKnownThen() {
        SilenceWatch watch = watch(List.of("north"));
        watch.start(context, List.of("south"));

        clock.advance(SILENCE.plus(MOMENT));
        punctuate();

        assertThat(forgotten).containsExactly("south");
    }

    @Test
    void shouldLeaveOneTimerHoweverOftenItIsStarted() {
        SilenceWatch watch = watch(List.of());
        watch.close();
        watch.start(context, List.of());
        watch.start(context, List.of());

        assertThat(context.scheduledPunctuators())
                .extracting(CapturedPunctuator::cancelled)
                .containsExactly(true, true, false);
    }

    @Test
    void shouldBearToBeClosedBeforeItWasStarted() {
        assertThatCode(() -> new SilenceWatch(settings(), forgotten::add).close())
                .doesNotThrowAnyException();
    }

    @Test
    void shouldKnowTheCamerasThatAStoreHolds() {
        KeyValueStore<String, String> store = store();
        store.put("north", "something");
        new SilenceWatch(settings(), forgotten::add).start(context, store);

        clock.advance(SILENCE.plus(MOMENT));
        punctuate();

        assertThat(forgotten).containsExactly("north");
    }

    @Test
    void shouldLookAtTheClockOfTheHostEveryFiveSeconds() {
        watch(List.of());

        assertThat(context.scheduledPunctuators()).singleElement().satisfies(punctuator -> {
            assertThat(punctuator.getType()).isEqualTo(PunctuationType.WALL_CLOCK_TIME);
            assertThat(punctuator.getInterval()).isEqualTo(Duration.ofSeconds(5));
        });
    }

    private SilenceWatch watch(List<String> known) {
        SilenceWatch watch = new SilenceWatch(settings(), forgotten::add);
        watch.start(context, known);
        return watch;
    }

    private StageSettings settings() {
        return new StageSettings(
                Topics.standard().frames(),
                List.of(),
                SILENCE,
                new DeadLetters(1_000_000),
                clock,
                new FrameMetrics(new SimpleMeterRegistry()));
    }

    private KeyValueStore<String, String> store() {
        KeyValueStore<String, String> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("known"), Serdes.String(), Serdes.String())
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private void punctuate() {
        context.scheduledPunctuators().stream()
                .filter(scheduled -> !scheduled.cancelled())
                .forEach(scheduled -> scheduled.getPunctuator().punctuate(clock.millis()));
    }
}
