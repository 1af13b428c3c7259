package io.vigil.streams.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.ActionScore;
import io.vigil.schema.Actions;
import io.vigil.schema.Event;
import io.vigil.schema.EventKind;
import io.vigil.schema.FrameReference;
import io.vigil.streams.time.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

/** Clips are two seconds long and end one second apart. */
class ActionRulesTest {

    private static final ActionRule FALL =
            new ActionRule("fall", "falling", 0.6, 0.4, Duration.ofSeconds(3), Duration.ofSeconds(5));

    private final ActionRules rules =
            new ActionRules("north", new CameraRules(List.of(), List.of(), List.of(FALL), Optional.empty()));

    private List<ActionStreak> streaks = List.of();

    @Test
    void shouldTellAnActionThatIsSeenForLongEnough() {
        assertThat(clip(2, 0.7f)).isEmpty();
        Event begun = clip(3, 0.8f).get(0);

        assertThat(begun.getKind()).isEqualTo(EventKind.ACTION);
        assertThat(begun.getRule()).isEqualTo("fall");
        assertThat(begun.getLabel()).isEqualTo("falling");
        assertThat(begun.getScore()).isEqualTo(0.8f);
        assertThat(begun.getStartTime()).isEqualTo(second(0));
        assertThat(begun.getEndTime()).isNull();
        assertThat(begun.getSnapshot().getSequence()).isEqualTo(3);
    }

    @Test
    void shouldTellWhenItIsOverAndForgiveALittleLessConfidence() {
        clip(2, 0.7f);
        Event begun = clip(3, 0.8f).get(0);

        assertThat(clip(4, 0.45f)).isEmpty();
        assertThat(clip(5, 0.3f)).singleElement().satisfies(over -> {
            assertThat(over.getId()).isEqualTo(begun.getId());
            assertThat(over.getEndTime()).isEqualTo(second(4));
            assertThat(over.getScore()).isEqualTo(0.8f);
        });
        assertThat(clip(6, 0.3f)).isEmpty();
    }

    @Test
    void shouldNotTellAnActionThatIsSeenForAMoment() {
        clip(2, 0.7f);

        assertThat(clip(3, 0.5f)).isEmpty();
        assertThat(clip(4, 0.7f)).isEmpty();
    }

    @Test
    void shouldNotJoinWhatLiesFarApart() {
        clip(2, 0.7f);
        clip(3, 0.7f);

        assertThat(clip(9, 0.7f)).singleElement().satisfies(over -> assertThat(over.getEndTime())
                .isEqualTo(second(3)));
        assertThat(clip(10, 0.7f)).singleElement().satisfies(begun -> assertThat(begun.getStartTime())
                .isEqualTo(second(7)));
    }

    @Test
    void shouldCountAnActionThatIsNotAmongTheBestAsNotSeen() {
        assertThat(rules.see(List.of(), actions(2, List.of(new ActionScore("walking", 0.9f))), reference(2))
                        .after())
                .isEmpty();
    }

    @Test
    void shouldEndWhatACameraWasDoingWhenItIsForgotten() {
        clip(2, 0.7f);
        assertThat(rules.allGone(streaks)).isEmpty();
        clip(3, 0.7f);

        assertThat(rules.allGone(streaks)).singleElement().satisfies(over -> assertThat(over.getEndTime())
                .isEqualTo(second(3)));
    }

    private List<Event> clip(long endSecond, float score) {
        ActionRules.Step step = rules.see(
                streaks, actions(endSecond, List.of(new ActionScore("falling", score))), reference(endSecond));
        Serde<List<ActionStreak>> serde = RuleStateSerdes.streaks();
        streaks = serde.deserializer().deserialize("", serde.serializer().serialize("", step.after()));
        assertThat(streaks).isEqualTo(step.after());
        return step.events();
    }

    private static Actions actions(long endSecond, List<ActionScore> scores) {
        return new Actions(
                "north",
                1L,
                second(endSecond - 2),
                second(endSecond),
                List.of(endSecond - 2, endSecond),
                "tam",
                "1",
                scores,
                List.of());
    }

    private static FrameReference reference(long sequence) {
        return new FrameReference("vigil.frames", 0, sequence, 1L, sequence);
    }

    private static Instant second(long second) {
        return EventTime.instant(second * 1_000_000);
    }
}
