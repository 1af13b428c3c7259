package io.vigil.streams.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.schema.Event;
import io.vigil.schema.FrameReference;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.admission.AdmittedFrame;
import io.vigil.streams.deadletter.DeadLetters;
import io.vigil.streams.metrics.FrameMetrics;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.state.StageSettings;
import io.vigil.streams.testing.ManualClock;
import io.vigil.streams.time.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A restart with last frames in the store. */
class SilenceRuleProcessorTest {

    private static final Topics TOPICS = Topics.standard();
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final RulesConfig NO_RULES = new RulesConfig(0, Map.of());
    private static final RulesConfig TEN_SECONDS = new RulesConfig(
            0, Map.of("north", new CameraRules(List.of(), List.of(), List.of(), Optional.of(Duration.ofSeconds(10)))));

    private final ManualClock clock = new ManualClock(START);
    private final MockProcessorContext<String, Event> context = new MockProcessorContext<>();
    private KeyValueStore<String, LastFrame> lastFrames;

    @BeforeEach
    void openStores() {
        ProcessorSupplier<String, AdmittedFrame, String, Event> any =
                SilenceRuleProcessor.supplier(NO_RULES, settings());
        Stream.<StoreBuilder<?>>concat(any.stores().stream(), Stream.of(CameraRulesStore.builder(TOPICS.cameras())))
                .map(builder ->
                        builder.withCachingDisabled().withLoggingDisabled().build())
                .forEach(store -> ((StateStore) store).init(context.getStateStoreContext(), store));
        lastFrames = context.getStateStore(StoreNames.LAST_FRAMES);
    }

    @Test
    void shouldEndAToldSilenceThatNoRuleAsksForAnyMore() {
        lastFrames.put("north", lastFrame().asTold());
        start(NO_RULES);
        assertThat(events()).isEmpty();

        clock.advance(Duration.ofSeconds(1));
        punctuate();

        assertThat(events()).singleElement().satisfies(over -> {
            assertThat(over)
                    .isEqualTo(new CameraEvents("north").silent(lastFrame(), EventTime.micros(clock.instant())));
            assertThat(over.getEndTime()).isEqualTo(START.plusSeconds(1));
        });
        assertThat(lastFrames.get("north")).isNull();
    }

    @Test
    void shouldForgetALastFrameOfWhichNothingWasTold() {
        lastFrames.put("north", lastFrame());

        start(NO_RULES);

        assertThat(lastFrames.get("north")).isNull();
    }

    @Test
    void shouldLetAToldSilenceLastThatARuleStillAsksFor() {
        lastFrames.put("north", lastFrame().asTold());
        start(TEN_SECONDS);

        clock.advance(Duration.ofMinutes(1));
        punctuate();

        assertThat(events()).isEmpty();
        assertThat(lastFrames.get("north")).isEqualTo(lastFrame().asTold());
    }

    @Test
    void shouldGiveACameraItsFullTimeAgain() {
        lastFrames.put("north", lastFrame());
        start(TEN_SECONDS);

        clock.advance(Duration.ofSeconds(10));
        punctuate();
        assertThat(events()).isEmpty();

        clock.advance(Duration.ofSeconds(1));
        punctuate();
        assertThat(events()).containsExactly(new CameraEvents("north").silent(lastFrame(), null));
    }

    private void start(RulesConfig config) {
        Processor<String, AdmittedFrame, String, Event> processor =
                SilenceRuleProcessor.supplier(config, settings()).get();
        processor.init(context);
    }

    private static LastFrame lastFrame() {
        return new LastFrame(
                EventTime.micros(START.minusSeconds(60)), new FrameReference("vigil.frames", 0, 7L, 1L, 7L), false);
    }

    private List<Event> events() {
        return context.forwarded().stream()
                .<Event>map(forward -> forward.record().value())
                .toList();
    }

    private void punctuate() {
        context.scheduledPunctuators()
                .forEach(scheduled -> scheduled.getPunctuator().punctuate(clock.millis()));
    }

    private StageSettings settings() {
        return new StageSettings(
                TOPICS.frames(),
                List.of(),
                Duration.ofMinutes(5),
                new DeadLetters(TOPICS.deadLetters().maxMessageBytes()),
                clock,
                new FrameMetrics(new SimpleMeterRegistry()));
    }
}
