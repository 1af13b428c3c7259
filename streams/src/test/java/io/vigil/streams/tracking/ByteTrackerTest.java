package io.vigil.streams.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.streams.detection.BoundingBox;
import io.vigil.streams.frame.FrameStamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class ByteTrackerTest {

    private static final long FRAME_MICROS = 100_000;

    private final ByteTracker tracker = new ByteTracker(new TrackingConfig(0.5, 0.1, 0.6, Duration.ofSeconds(1)));
    private CameraTracks tracks;
    private long sequence;

    @Test
    void shouldNameAnObjectWhenItIsFoundASecondTime() {
        assertThat(next(person(100))).containsExactly(Optional.empty());
        assertThat(next(person(104))).containsExactly(Optional.of("1-0-0"));
    }

    @Test
    void shouldFollowObjectsWhoseBoxesChangeTheirOrder() {
        next(person(100), person(300));
        next(person(104), person(296));

        assertThat(next(person(292), person(108))).containsExactly(Optional.of("1-0-1"), Optional.of("1-0-0"));
    }

    @Test
    void shouldFollowAnObjectThroughOneUnsureDetection() {
        next(person(100));
        next(person(104));

        assertThat(next(person(108, 0.2f))).containsExactly(Optional.of("1-0-0"));
        assertThat(next(person(112))).containsExactly(Optional.of("1-0-0"));
    }

    @Test
    void shouldStartNoTrackFromAnUnsureDetection() {
        next(person(100, 0.55f));

        assertThat(next(person(100, 0.55f))).containsExactly(Optional.empty());
    }

    @Test
    void shouldTakeTheSureDetectionRatherThanTheUnsureOne() {
        next(person(100));
        next(person(104));

        assertThat(next(person(108, 0.3f), person(112))).containsExactly(Optional.empty(), Optional.of("1-0-0"));
    }

    @Test
    void shouldFindALostObjectWhereItsMotionHasBroughtIt() {
        for (int x = 100; x < 200; x += 10) {
            next(person(x));
        }
        for (int frame = 0; frame < 5; frame++) {
            next();
        }

        assertThat(next(person(250))).containsExactly(Optional.of("1-0-0"));
    }

    @Test
    void shouldStartANewTrackWhenAnObjectWasOutOfSightForTooLong() {
        next(person(100));
        next(person(100));
        sequence += 10;

        assertThat(next(person(100))).containsExactly(Optional.empty());
        assertThat(next(person(100))).containsExactly(Optional.of("1-12-0"));
    }

    @Test
    void shouldForgetAFalseAlarm() {
        next(person(100));
        next();

        assertThat(next(person(100))).containsExactly(Optional.empty());
    }

    @Test
    void shouldNotTakeADogForAPerson() {
        next(person(100));
        next(person(100));

        assertThat(next(new Observation("dog", 0.9f, box(100)))).containsExactly(Optional.empty());
    }

    @Test
    void shouldStartAnewWithANewEpochAndWithAnotherPictureSize() {
        next(person(100));
        next(person(100));
        CameraTracks before = tracks;

        assertThat(tracker.follow(before, stamp(2, 0, 640), List.of(person(100)))
                        .trackIds())
                .containsExactly(Optional.empty());
        assertThat(tracker.follow(before, stamp(1, 2, 320), List.of(person(100)))
                        .trackIds())
                .containsExactly(Optional.empty());
    }

    @Test
    void shouldMoveByEventTimeWhateverTheRate() {
        next(person(100));
        next(person(110));
        next(person(120));
        next(person(130));
        CameraTracks moving = tracks;
        sequence += 4;

        assertThat(next(person(180))).containsExactly(Optional.of("1-0-0"));
        assertThat(tracker.follow(moving, stamp(1, 4, 640), List.of(person(180)))
                        .trackIds())
                .containsExactly(Optional.empty());
    }

    @Property(tries = 200)
    void shouldNeverGiveAnIdToTwoObjectsOfAFrameNorReviveOne(@ForAll("scenes") List<List<Observation>> scenes) {
        CameraTracks state = null;
        Set<String> ended = new HashSet<>();
        Set<String> alive = new HashSet<>();
        for (int frame = 0; frame < scenes.size(); frame++) {
            ByteTracker.Step step = tracker.follow(state, stamp(1, frame, 640), scenes.get(frame));
            state = step.after();
            List<String> given =
                    step.trackIds().stream().flatMap(Optional::stream).toList();
            Set<String> now =
                    new HashSet<>(state.tracks().stream().map(Track::id).toList());

            assertThat(given).doesNotHaveDuplicates().noneMatch(ended::contains);
            assertThat(state.tracks()).extracting(Track::id).doesNotHaveDuplicates();
            alive.stream().filter(id -> !now.contains(id)).forEach(ended::add);
            alive = now;
        }
    }

    @Property(tries = 200)
    void shouldGoOnTheSameAfterEveryFrameThroughTheStore(@ForAll("scenes") List<List<Observation>> scenes) {
        Serde<CameraTracks> serde = CameraTracksSerde.create();
        CameraTracks state = null;
        for (int frame = 0; frame < scenes.size(); frame++) {
            state = tracker.follow(state, stamp(1, frame, 640), scenes.get(frame))
                    .after();

            assertThat(serde.deserializer().deserialize("", serde.serializer().serialize("", state)))
                    .isEqualTo(state);
        }
    }

    @Provide
    Arbitrary<List<List<Observation>>> scenes() {
        Arbitrary<Observation> observations = Combinators.combine(
                        Arbitraries.of("person", "dog"),
                        Arbitraries.integers().between(0, 600),
                        Arbitraries.integers().between(0, 10))
                .as((label, x, tenths) -> new Observation(label, tenths / 10f, box(x)));
        return observations.list().ofMaxSize(6).list().ofMaxSize(30);
    }

    private List<Optional<String>> next(Observation... observations) {
        ByteTracker.Step step = tracker.follow(tracks, stamp(1, sequence++, 640), List.of(observations));
        tracks = step.after();
        return new ArrayList<>(step.trackIds());
    }

    private static FrameStamp stamp(long epoch, long sequence, int width) {
        return new FrameStamp(epoch, sequence, sequence * FRAME_MICROS, width, 480);
    }

    private static Observation person(float x) {
        return person(x, 0.9f);
    }

    private static Observation person(float x, float score) {
        return new Observation("person", score, box(x));
    }

    private static BoundingBox box(float x) {
        return new BoundingBox(x, 100, x + 40, 200);
    }
}
