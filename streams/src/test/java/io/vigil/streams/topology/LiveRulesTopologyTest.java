package io.vigil.streams.topology;

import static io.vigil.streams.testing.FrameFixture.START;
import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vigil.schema.Camera;
import io.vigil.schema.Event;
import io.vigil.schema.EventKind;
import io.vigil.schema.FrameReference;
import io.vigil.schema.PicturePoint;
import io.vigil.schema.RuleSet;
import io.vigil.schema.ZoneRule;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.testing.CameraFixture;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.ServiceUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules that come in the cameras topic. The test detector finds an object whose feet are at half of the grey level. */
class LiveRulesTopologyTest {

    private static final String CONFIGURED = """
            detection.slot = 1 m
            rules.cameras = [ {
              id = north
              zones = [ { name = configured, polygon = [[0, 0], [0.3, 0], [0.3, 1], [0, 1]] } ]
            } ]
            """;

    private final ServiceUnderTest service = ServiceUnderTest.with(CONFIGURED);

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void shouldApplyRulesToFramesFromTheirTimeOn() {
        service.pipe(north(zone(1_000, "left")));
        standing(10).forEach(service::pipe);
        assertThat(told()).containsExactly("ENTERED configured");

        service.pipe(frame(10, 1_000).grey(100));

        assertThat(told()).containsExactlyInAnyOrder("LEFT configured", "ENTERED left");
    }

    @Test
    void shouldTellTheSameHoweverEarlyARecordComesAndWhenOnlyTheLastOneIsLeft() {
        List<Event> live = new ArrayList<>();
        List<FrameFixture> frames = standing(40);
        for (int i = 0; i < frames.size(); i++) {
            if (i == 5) {
                service.pipe(north(zone(1_000, "first")));
            }
            if (i == 15) {
                service.pipe(north(zone(1_000, "first"), zone(2_000, "second")));
            }
            if (i == 25) {
                service.restart().pipe(north(zone(1_000, "first"), zone(2_000, "second"), none(3_000)));
            }
            service.pipe(frames.get(i));
            live.addAll(service.events());
        }
        assertThat(live.stream().map(LiveRulesTopologyTest::line))
                .containsExactlyInAnyOrder(
                        "ENTERED configured",
                        "LEFT configured",
                        "ENTERED first",
                        "LEFT first",
                        "ENTERED second",
                        "LEFT second");

        try (ServiceUnderTest replay = ServiceUnderTest.with(CONFIGURED)) {
            replay.pipe(north(zone(1_000, "first"), zone(2_000, "second"), none(3_000)));
            frames.forEach(replay::pipe);

            assertThat(withoutOffsets(replay.events())).isEqualTo(withoutOffsets(live));
        }
    }

    @Test
    void shouldNotTakeBackWhatWasSaidBeforeALateRecordCame() {
        standing(20).forEach(service::pipe);
        assertThat(told()).containsExactly("ENTERED configured");

        service.pipe(north(zone(1_000, "late"))).pipe(frame(20, 2_000).grey(100));

        assertThat(told()).containsExactlyInAnyOrder("LEFT configured", "ENTERED late");
    }

    @Test
    void shouldKeepTheRulesWhenARecordCannotBeUsed() {
        Camera broken = north(new RuleSet(
                START,
                List.of(new ZoneRule("thin", List.of(new PicturePoint(0.0, 0.0)), List.of(), null, null)),
                List.of(),
                List.of(),
                null));

        service.pipe(broken).pipeCamera("north", new byte[] {9, 9});
        standing(5).forEach(service::pipe);

        assertThat(told()).containsExactly("ENTERED configured");
    }

    @Test
    void shouldFallBackToTheConfigurationWhenTheCameraIsRemoved() {
        service.pipe(north(zone(0, "left")));
        standing(5).forEach(service::pipe);
        assertThat(told()).containsExactly("ENTERED left");

        service.pipeCamera("north", null).pipe(frame(5, 500).grey(100));

        assertThat(told()).containsExactlyInAnyOrder("LEFT left", "ENTERED configured");
        assertThat(service.storeSize(StoreNames.CAMERA_RULES)).isZero();
    }

    @Test
    void shouldJudgeASilenceByTheRulesOfTheLastFrameBeforeIt() {
        service.pipe(north(watched(1_000), none(20_000)));

        service.pipe(frame(0, 0)).pipe(frame(1, 10_000)).pipe(frame(2, 30_000)).pipe(frame(3, 60_000));

        assertThat(service.events())
                .extracting(Event::getKind, Event::getStartTime)
                .containsOnly(tuple(EventKind.SILENT, START.plusSeconds(10)))
                .hasSize(2);
        service.pipe(north(watched(1_000))).pipe(frame(4, 61_000)).wait(Duration.ofSeconds(7));
        assertThat(told()).containsExactly("SILENT null");
    }

    @Test
    void shouldEndAToldSilenceWhenItsCameraIsRemoved() {
        service.pipe(north(watched(0))).pipe(frame(0, 0)).wait(Duration.ofSeconds(7));
        Event told = service.events().get(0);
        assertThat(told.getEndTime()).isNull();

        service.pipeCamera("north", null).wait(Duration.ofSeconds(2));

        assertThat(service.events()).singleElement().satisfies(over -> {
            assertThat(over.getId()).isEqualTo(told.getId());
            assertThat(over.getEndTime()).isEqualTo(START.plusSeconds(9));
        });
        assertThat(service.storeSize(StoreNames.LAST_FRAMES)).isZero();
        service.pipe(frame(1, 60_000)).wait(Duration.ofMinutes(1));
        assertThat(service.events()).isEmpty();
    }

    @Test
    void shouldLetAToldSilenceLastWhenLaterRulesDoNotAskForIt() {
        service.pipe(north(watched(0))).pipe(frame(0, 0)).wait(Duration.ofSeconds(7));
        assertThat(told()).containsExactly("SILENT null");

        service.pipe(north(watched(0), none(8_000))).wait(Duration.ofMinutes(1));
        assertThat(service.events()).isEmpty();

        service.pipe(frame(1, 70_000));
        assertThat(service.events()).extracting(Event::getEndTime).containsExactly(START.plusSeconds(70));
    }

    @Test
    void shouldEndAToldSilenceWhenItsRuleIsTakenOutOfTheRecord() {
        service.pipe(north(watched(0))).pipe(frame(0, 0)).wait(Duration.ofSeconds(7));
        assertThat(told()).containsExactly("SILENT null");

        service.pipe(north(none(0))).wait(Duration.ofSeconds(2));

        assertThat(service.events()).extracting(Event::getEndTime).containsExactly(START.plusSeconds(9));
    }

    /** A white frame, which is the support frame; then somebody stands on the left, a frame every 100 ms. */
    private static List<FrameFixture> standing(int frames) {
        return IntStream.range(0, frames)
                .mapToObj(i -> frame(i, i * 100).grey(i == 0 ? 255 : 100))
                .toList();
    }

    private static Camera north(RuleSet... rules) {
        return CameraFixture.camera("north", rules);
    }

    private static RuleSet none(int fromMillis) {
        return CameraFixture.noRules(START.plusMillis(fromMillis));
    }

    private static RuleSet watched(int fromMillis) {
        return RuleSet.newBuilder(none(fromMillis)).setSilentAfterMs(5_000L).build();
    }

    private static RuleSet zone(int fromMillis, String name) {
        List<PicturePoint> left = Stream.of(
                        new PicturePoint(0.0, 0.0),
                        new PicturePoint(0.3, 0.0),
                        new PicturePoint(0.3, 1.0),
                        new PicturePoint(0.0, 1.0))
                .toList();
        return RuleSet.newBuilder(none(fromMillis))
                .setZones(List.of(new ZoneRule(name, left, List.of(), null, null)))
                .build();
    }

    private List<String> told() {
        return service.events().stream().map(LiveRulesTopologyTest::line).toList();
    }

    private static String line(Event event) {
        return event.getKind() + " " + event.getRule();
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
