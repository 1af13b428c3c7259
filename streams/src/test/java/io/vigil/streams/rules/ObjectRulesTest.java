package io.vigil.streams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vigil.schema.Box;
import io.vigil.schema.CrossingDirection;
import io.vigil.schema.Event;
import io.vigil.schema.EventKind;
import io.vigil.schema.FrameReference;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.time.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

/** Frames come ten per second; the zone is the right half of the picture, the line its middle, from the top down. */
class ObjectRulesTest {

    private static final double MARGIN = 0.02;
    private static final int WIDTH = 1000;
    private static final long SECOND = 1_000_000;

    private static final Zone YARD = new Zone(
            "yard",
            PolygonTest.polygon(0.5, 0, 1, 0, 1, 1, 0.5, 1),
            Set.of("person"),
            Optional.of(Duration.ofSeconds(1)),
            Optional.of(1));

    private static final TripLine GATE =
            new TripLine("gate", new Segment(new Point(0.5, 0), new Point(0.5, 1)), Set.of());

    private final ObjectRules zoneOnly = rules(List.of(YARD), List.of());
    private final ObjectRules lineOnly = rules(List.of(), List.of(GATE));
    private Scene scene;
    private long sequence;

    @Test
    void shouldTellWhenAnObjectEntersAndLeavesAZone() {
        assertThat(see(zoneOnly, person("a", 0.3))).isEmpty();
        Event entered = see(zoneOnly, person("a", 0.6)).get(0);
        assertThat(see(zoneOnly, person("a", 0.7))).isEmpty();
        Event left = see(zoneOnly, person("a", 0.3)).get(0);

        assertThat(entered.getKind()).isEqualTo(EventKind.ENTERED);
        assertThat(entered.getCameraId()).isEqualTo("north");
        assertThat(entered.getRule()).isEqualTo("yard");
        assertThat(entered.getTrackId()).isEqualTo("a");
        assertThat(entered.getLabel()).isEqualTo("person");
        assertThat(entered.getScore()).isEqualTo(0.9f);
        assertThat(entered.getStartTime()).isEqualTo(time(1));
        assertThat(entered.getEndTime()).isEqualTo(time(1));
        assertThat(entered.getSnapshot()).isEqualTo(new FrameReference("vigil.frames", 3, 101L, 1L, 1L));
        assertThat(left.getKind()).isEqualTo(EventKind.LEFT);
        assertThat(left.getStartTime()).isEqualTo(time(1));
        assertThat(left.getEndTime()).isEqualTo(time(3));
        assertThat(left.getId()).isNotEqualTo(entered.getId());
    }

    @Test
    void shouldOverlookObjectsOfOtherClassesAndThoseThatAreNotFollowed() {
        assertThat(see(zoneOnly, object("a", "dog", 0.6), person(null, 0.7))).isEmpty();
    }

    @Test
    void shouldTellThatAnObjectDwellsAndForHowLongItHas() {
        List<Event> events = new ArrayList<>();
        for (int frame = 0; frame < 15; frame++) {
            events.addAll(see(zoneOnly, person("a", 0.6)));
        }
        events.addAll(see(zoneOnly, person("a", 0.2)));

        assertThat(kinds(events)).containsExactly(EventKind.ENTERED, EventKind.DWELT, EventKind.LEFT, EventKind.DWELT);
        Event begun = events.get(1);
        Event over = events.get(3);
        assertThat(begun.getEndTime()).isNull();
        assertThat(begun.getSnapshot().getSequence()).isEqualTo(10);
        assertThat(over.getId()).isEqualTo(begun.getId());
        assertThat(over.getStartTime()).isEqualTo(begun.getStartTime()).isEqualTo(time(0));
        assertThat(over.getEndTime()).isEqualTo(time(15));
    }

    @Test
    void shouldTellWhileTooManyObjectsAreInAZone() {
        see(zoneOnly, person("a", 0.6));
        List<Event> second = see(zoneOnly, person("a", 0.6), person("b", 0.7));
        List<Event> third = see(zoneOnly, person("a", 0.6), person("b", 0.7), person("c", 0.8));
        List<Event> gone = see(zoneOnly, person("a", 0.6), person("b", 0.1), person("c", 0.1));

        assertThat(kinds(second)).containsExactly(EventKind.ENTERED, EventKind.COUNT_EXCEEDED);
        assertThat(second.get(1).getCount()).isEqualTo(2);
        assertThat(second.get(1).getEndTime()).isNull();
        assertThat(kinds(third)).containsExactly(EventKind.ENTERED);
        assertThat(kinds(gone)).containsExactly(EventKind.LEFT, EventKind.LEFT, EventKind.COUNT_EXCEEDED);
        assertThat(gone.get(2).getId()).isEqualTo(second.get(1).getId());
        assertThat(gone.get(2).getCount()).isEqualTo(3);
        assertThat(gone.get(2).getEndTime()).isEqualTo(time(3));
    }

    @Test
    void shouldHoldAnObjectThatIsHiddenForAMoment() {
        see(zoneOnly, person("a", 0.6));
        for (int frame = 0; frame < 10; frame++) {
            assertThat(see(zoneOnly)).isEmpty();
        }

        assertThat(see(zoneOnly, person("a", 0.6))).extracting(Event::getKind).containsExactly(EventKind.DWELT);
    }

    @Test
    void shouldTellThatAnObjectOutOfSightLeftWhenItWasSeenLast() {
        see(zoneOnly, person("a", 0.6));
        see(zoneOnly, person("a", 0.65));
        sequence += 21;

        assertThat(see(zoneOnly)).singleElement().satisfies(left -> {
            assertThat(left.getKind()).isEqualTo(EventKind.LEFT);
            assertThat(left.getEndTime()).isEqualTo(time(1));
            assertThat(left.getSnapshot().getSequence()).isEqualTo(1);
        });
    }

    @Test
    void shouldEndEverythingWithTheEpoch() {
        see(zoneOnly, person("a", 0.6), person("b", 0.6));
        List<Event> forgotten = zoneOnly.allGone(scene);

        List<Event> events = zoneOnly.see(
                        scene, new SeenFrame(new FrameStamp(2, 0, SECOND, WIDTH, 500), reference(0), List.of()))
                .events();

        assertThat(kinds(events)).containsExactly(EventKind.LEFT, EventKind.LEFT, EventKind.COUNT_EXCEEDED);
        assertThat(events).extracting(Event::getEndTime).containsOnly(time(0));
        assertThat(forgotten).isEqualTo(events);
    }

    @Test
    void shouldEndWhatHappensInAZoneThatIsNoLongerWatched() {
        see(zoneOnly, person("a", 0.6), person("b", 0.6));

        assertThat(kinds(see(lineOnly, person("a", 0.6), person("b", 0.6))))
                .containsExactly(EventKind.LEFT, EventKind.LEFT, EventKind.COUNT_EXCEEDED);
    }

    @Test
    void shouldTellInWhichDirectionALineIsCrossed() {
        see(lineOnly, person("a", 0.3), person("b", 0.7));

        List<Event> events = see(lineOnly, person("a", 0.6), person("b", 0.4));

        assertThat(events).extracting(Event::getKind).containsOnly(EventKind.CROSSED);
        assertThat(events)
                .extracting(Event::getTrackId, Event::getDirection)
                .containsExactly(
                        tuple("a", CrossingDirection.RIGHT_TO_LEFT), tuple("b", CrossingDirection.LEFT_TO_RIGHT));
    }

    @Test
    void shouldNotCallItACrossingToWalkAroundTheEndOfALine() {
        TripLine half = new TripLine("half", new Segment(new Point(0.5, 0), new Point(0.5, 0.5)), Set.of());
        ObjectRules rules = rules(List.of(), List.of(half));
        see(rules, person("a", 0.3));

        assertThat(see(rules, person("a", 0.7))).isEmpty();
    }

    @Property
    void jitterOnABorderShouldMakeOneEventAtMost(@ForAll List<@DoubleRange(min = -1, max = 1) Double> jitter) {
        Scene state = null;
        List<Event> events = new ArrayList<>();
        ObjectRules both = rules(List.of(YARD), List.of(GATE));
        for (int frame = 0; frame < jitter.size(); frame++) {
            ObjectRules.Step step = both.see(state, frame(frame, person("a", 0.5 + jitter.get(frame) * MARGIN * 0.95)));
            state = step.after();
            step.events().stream()
                    .filter(event -> event.getKind() != EventKind.DWELT)
                    .forEach(events::add);
        }

        assertThat(kinds(events)).isIn(List.of(), List.of(EventKind.ENTERED));
    }

    @Property
    void crossingsOfALineAcrossThePictureShouldAlternate(
            @ForAll List<@DoubleRange(min = 0.05, max = 0.95) Double> walk) {
        Scene state = null;
        CrossingDirection last = null;
        for (int frame = 0; frame < walk.size(); frame++) {
            ObjectRules.Step step = lineOnly.see(state, frame(frame, person("a", walk.get(frame))));
            state = step.after();
            assertThat(step.events()).hasSizeLessThanOrEqualTo(1);
            for (Event event : step.events()) {
                assertThat(event.getDirection()).isNotEqualTo(last);
                last = event.getDirection();
            }
        }
    }

    @Property(tries = 200)
    void everyEntryShouldBeFollowedByOneLeaveAndStateShouldSurviveTheStore(@ForAll("walks") List<List<Box>> walks) {
        Serde<Scene> serde = RuleStateSerdes.scene();
        Scene state = null;
        List<Event> events = new ArrayList<>();
        for (int frame = 0; frame < walks.size(); frame++) {
            ObjectRules.Step step =
                    zoneOnly.see(state, frame(frame * 5, walks.get(frame).toArray(new Box[0])));
            state = serde.deserializer().deserialize("", serde.serializer().serialize("", step.after()));
            assertThat(state).isEqualTo(step.after());
            events.addAll(step.events());
        }
        if (state != null) {
            events.addAll(zoneOnly.allGone(state));
        }

        assertThat(events.stream().filter(event -> event.getKind() == EventKind.ENTERED))
                .extracting(Event::getTrackId, Event::getStartTime)
                .containsExactlyInAnyOrderElementsOf(events.stream()
                        .filter(event -> event.getKind() == EventKind.LEFT)
                        .map(event -> tuple(event.getTrackId(), event.getStartTime()))
                        .toList());
        assertThat(events.stream().filter(event -> event.getEndTime() == null))
                .extracting(Event::getId)
                .doesNotHaveDuplicates()
                .allSatisfy(id -> assertThat(events.stream()
                                .filter(event -> event.getEndTime() != null)
                                .map(Event::getId))
                        .containsOnlyOnce(id));
    }

    @Provide
    Arbitrary<List<List<Box>>> walks() {
        Arbitrary<Box> objects = Combinators.combine(
                        Arbitraries.of("a", "b", "c"), Arbitraries.doubles().between(0, 1))
                .as(ObjectRulesTest::person);
        return objects.list()
                .uniqueElements(Box::getTrackId)
                .ofMaxSize(3)
                .list()
                .ofMaxSize(20);
    }

    private List<Event> see(ObjectRules rules, Box... boxes) {
        ObjectRules.Step step = rules.see(scene, frame(sequence++, boxes));
        scene = step.after();
        return step.events();
    }

    private static ObjectRules rules(List<Zone> zones, List<TripLine> lines) {
        return new ObjectRules("north", new CameraRules(zones, lines, List.of(), Optional.empty()), MARGIN, 2 * SECOND);
    }

    private static SeenFrame frame(long sequence, Box... boxes) {
        return new SeenFrame(
                new FrameStamp(1, sequence, sequence * SECOND / 10, WIDTH, 500), reference(sequence), List.of(boxes));
    }

    private static FrameReference reference(long sequence) {
        return new FrameReference("vigil.frames", 3, 100 + sequence, 1L, sequence);
    }

    private static Instant time(long sequence) {
        return EventTime.instant(sequence * SECOND / 10);
    }

    private static Box person(String track, double x) {
        return object(track, "person", x);
    }

    /** Its feet at {@code x}, a little below the middle of the picture. */
    private static Box object(String track, String label, double x) {
        return new Box(label, 0.9f, (float) (x * WIDTH - 10), 200f, 20f, 100f, track);
    }

    private static List<EventKind> kinds(List<Event> events) {
        return events.stream().map(Event::getKind).toList();
    }
}
