package io.vigil.streams.topology;

import static io.vigil.streams.testing.FrameFixture.START;
import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.CrossingDirection;
import io.vigil.schema.Event;
import io.vigil.schema.EventKind;
import io.vigil.schema.FrameReference;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.ServiceUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The test detector finds an object from the left edge to a share of the picture that is the grey level, so its feet
 * are at half of that share. It also shows the support frame: the first, white frame stands still at the middle.
 */
class EventTopologyTest {

    private static final String RULES = """
            detection.slot = 1 m
            rules.cameras = [ {
              id = north
              zones = [ { name = left, polygon = [[0, 0], [0.3, 0], [0.3, 1], [0, 1]], dwell = 1 s } ]
              lines = [ { name = gate, from = [0.3, 0], to = [0.3, 1] } ]
              actions = [ { name = fourth-seen, label = fourth, score = 0.3 } ]
              silent-after = 10 s
            } ]
            """;

    private final ServiceUnderTest service = ServiceUnderTest.with(RULES);

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void shouldTellWhoEntersDwellsCrossesAndLeaves() {
        walk().forEach(service::pipe);

        List<Event> events = eventsAbout("1-1-1");

        assertThat(events)
                .extracting(Event::getKind)
                .containsExactly(
                        EventKind.ENTERED,
                        EventKind.CROSSED,
                        EventKind.DWELT,
                        EventKind.LEFT,
                        EventKind.DWELT,
                        EventKind.CROSSED);
        assertThat(counted("dwelt")).as("when it begins and when it ends").isEqualTo(2);
        assertThat(counted("silent")).isZero();
        assertThat(events.get(1).getDirection()).isEqualTo(CrossingDirection.LEFT_TO_RIGHT);
        assertThat(events.get(5).getDirection()).isEqualTo(CrossingDirection.RIGHT_TO_LEFT);
        Event entered = events.get(0);
        assertThat(entered.getSnapshot())
                .isEqualTo(new FrameReference(
                        "vigil.frames",
                        0,
                        entered.getSnapshot().getSequence(),
                        1L,
                        entered.getSnapshot().getSequence()));
        assertThat(entered.getStartTime())
                .isEqualTo(START.plusMillis(100 * entered.getSnapshot().getSequence()));
    }

    @Test
    void shouldTellTheSameWhenItIsRestartedBeforeEveryFrame() {
        walk().forEach(service::pipe);
        List<Event> events = service.events();
        assertThat(events).hasSizeGreaterThan(5);

        List<Event> restarted = new ArrayList<>();
        try (ServiceUnderTest again = ServiceUnderTest.with(RULES)) {
            for (FrameFixture frame : walk()) {
                again.restart().pipe(frame);
                restarted.addAll(again.events());
            }
        }

        assertThat(withoutOffsets(restarted)).isEqualTo(withoutOffsets(events));
    }

    @Test
    void shouldTellActionsThatAreSeen() {
        for (int i = 0; i < 25; i++) {
            service.pipe(frame(i, i * 100).grey(100 + i));
        }
        for (int i = 25; i < 45; i++) {
            service.pipe(frame(i, i * 100).grey(150 - i));
        }

        List<Event> events = service.events().stream()
                .filter(event -> event.getKind() == EventKind.ACTION)
                .toList();

        assertThat(events).hasSize(2);
        assertThat(events.get(0).getRule()).isEqualTo("fourth-seen");
        assertThat(events.get(0).getStartTime()).isEqualTo(START.plusMillis(300));
        assertThat(events.get(0).getEndTime()).isNull();
        assertThat(events.get(1).getId()).isEqualTo(events.get(0).getId());
        assertThat(events.get(1).getEndTime()).isEqualTo(START.plusMillis(2000));
    }

    @Test
    void shouldFindASilenceInTheTimesOfTheFrames() {
        service.pipe(frame(0, 0)).pipe(frame(1, 9_000)).pipe(frame(2, 30_000));

        assertThat(silences())
                .satisfiesExactly(begun -> assertThat(begun.getEndTime()).isNull(), over -> {
                    assertThat(over.getStartTime()).isEqualTo(START.plusSeconds(9));
                    assertThat(over.getEndTime()).isEqualTo(START.plusSeconds(30));
                    assertThat(over.getSnapshot().getSequence()).isEqualTo(1);
                });
    }

    @Test
    void shouldTellASilenceWhileItLastsAsTheSameEvent() {
        service.pipe(frame(0, 0)).wait(Duration.ofSeconds(12));
        List<Event> live = new ArrayList<>(silences());
        service.wait(Duration.ofMinutes(10)).restart().wait(Duration.ofMinutes(1));
        assertThat(silences()).isEmpty();
        service.pipe(frame(1, 700_000));
        live.addAll(silences());

        try (ServiceUnderTest replay = ServiceUnderTest.with(RULES)) {
            replay.pipe(frame(0, 0)).pipe(frame(1, 700_000));

            assertThat(withoutOffsets(live)).hasSize(2).isEqualTo(withoutOffsets(replay.events()));
        }
    }

    @Test
    void shouldEndWhatASilentCameraShowedWhenItIsForgotten() {
        service.pipe(frame(0, 0).grey(100)).pipe(frame(1, 100).grey(100));
        assertThat(service.events()).extracting(Event::getKind).containsExactly(EventKind.ENTERED);

        service.wait(Duration.ofMinutes(6));

        assertThat(service.events())
                .extracting(Event::getKind)
                .containsExactlyInAnyOrder(EventKind.SILENT, EventKind.LEFT);
        assertThat(service.storeSize(StoreNames.SCENES)).isZero();
    }

    @Test
    void shouldKeepNothingOfCamerasWithoutRules() {
        for (int i = 0; i < 20; i++) {
            service.pipe(frame(i, i * 100).camera("south").grey(100 + i));
        }

        assertThat(service.events()).isEmpty();
        assertThat(service.storeSize(StoreNames.SCENES)).isZero();
        assertThat(service.storeSize(StoreNames.ACTION_STREAKS)).isZero();
        assertThat(service.storeSize(StoreNames.LAST_FRAMES)).isZero();
    }

    /** A white frame; then somebody comes from the middle to the left, stays, and goes back. */
    private static List<FrameFixture> walk() {
        List<Integer> levels = new ArrayList<>(List.of(255));
        IntStream.iterate(220, level -> level >= 100, level -> level - 10).forEach(levels::add);
        IntStream.range(0, 10).forEach(unused -> levels.add(100));
        IntStream.iterate(100, level -> level <= 220, level -> level + 10).forEach(levels::add);
        return IntStream.range(0, levels.size())
                .mapToObj(i -> frame(i, i * 100).grey(levels.get(i)))
                .toList();
    }

    private List<Event> eventsAbout(String track) {
        return service.events().stream()
                .filter(event -> track.equals(event.getTrackId()))
                .toList();
    }

    private double counted(String kind) {
        return service.meters().get("vigil.events").tag("kind", kind).counter().count();
    }

    private List<Event> silences() {
        return service.events().stream()
                .filter(event -> event.getKind() == EventKind.SILENT)
                .toList();
    }

    /** A restarted test driver counts its records anew. */
    private static List<Event> withoutOffsets(List<Event> events) {
        return events.stream()
                .map(event -> Event.newBuilder(event)
                        .setSnapshotBuilder(
                                FrameReference.newBuilder(event.getSnapshot()).setOffset(0))
                        .build())
                .toList();
    }
}
