package io.vigil.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Detections;
import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.H264Log;
import io.vigil.streams.testing.ResultReading;
import io.vigil.streams.testing.ServiceUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ten of the 25 frames of a second are analysed; all are decoded. */
class H264TopologyTest {

    private final ServiceUnderTest service = ServiceUnderTest.with("");
    private final List<FrameFixture> log = H264Log.frames();

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void shouldSeeThePicturesOfTheFramesThatItAnalyses() {
        log.forEach(service::pipe);

        List<Detections> detections = service.detections();
        assertThat(detections).extracting(Detections::getSequence).startsWith(0L, 3L, 5L, 8L, 10L);
        assertThat(detections).hasSize(16).allSatisfy(found -> assertThat(levelSeen(found))
                .isCloseTo(H264Log.level(found.getSequence()), within(3)));
        assertThat(service.skipped()).hasSize(24).extracting(Skipped::getReason).containsOnly(SkipReason.RATE_LIMITED);
        assertThat(service.deadLetters()).isEmpty();
    }

    @Test
    void shouldGiveTheSameResultsWhenItIsRestartedBeforeEveryFrame() {
        log.forEach(service::pipe);
        List<Detections> detections = ResultReading.detectionsWithoutTimings(service.detections());
        List<Actions> actions = ResultReading.actionsWithoutTimings(service.actions());
        assertThat(actions).isNotEmpty();

        try (ServiceUnderTest restarted = ServiceUnderTest.with("")) {
            List<Detections> again = new ArrayList<>();
            List<Actions> actionsAgain = new ArrayList<>();
            for (FrameFixture frame : log) {
                restarted.restart().pipe(frame);
                again.addAll(ResultReading.detectionsWithoutTimings(restarted.detections()));
                actionsAgain.addAll(ResultReading.actionsWithoutTimings(restarted.actions()));
            }

            assertThat(again).isEqualTo(detections);
            assertThat(actionsAgain).isEqualTo(actions);
        }
    }

    @Test
    void shouldGoOnWhereItWasWhenTheStoreIsAheadOfTheFramesThatAreReadAgain() {
        try (ServiceUnderTest behind = ServiceUnderTest.with("");
                ServiceUnderTest ahead = ServiceUnderTest.with("")) {
            log.subList(0, 13).forEach(behind::pipe);
            log.subList(0, 18).forEach(ahead::pipe);
            service.takeStateFrom(behind).takeStateFrom(ahead, StoreNames.GROUP_FRAMES);

            log.subList(13, 40).forEach(service::pipe);
            log.subList(13, 40).forEach(behind::pipe);

            List<Detections> uninterrupted = behind.detections();
            assertThat(ResultReading.detectionsWithoutTimings(service.detections()))
                    .isNotEmpty()
                    .isEqualTo(ResultReading.detectionsWithoutTimings(
                            uninterrupted.subList(uninterrupted.size() - 11, uninterrupted.size())));
        }
    }

    @Test
    void shouldAwaitTheNextIdrFrameAfterAGap() {
        log.remove(13);
        log.forEach(service::pipe);

        assertThat(awaiting(service.skipped())).containsExactly(14L, 15L, 16L, 17L, 18L, 19L);
        assertThat(service.detections())
                .extracting(Detections::getSequence)
                .contains(10L, 20L, 23L)
                .doesNotContain(15L, 18L);
    }

    @Test
    void shouldRememberAfterARestartThatItAwaitsAnIdrFrame() {
        log.subList(0, 13).forEach(service::pipe);
        service.pipe(log.get(14)).restart().pipe(log.get(15)).pipe(log.get(20));

        assertThat(awaiting(service.skipped())).containsExactly(15L);
        assertThat(service.detections()).extracting(Detections::getSequence).contains(20L);
    }

    @Test
    void shouldAnalyseTheFirstFrameOfAPeriodThatCanBeDecoded() {
        service.pipe(FrameFixture.frame(19, 19 * 40).h264(H264Log.accessUnits().get(19), 10))
                .pipe(log.get(20));

        assertThat(awaiting(service.skipped())).containsExactly(19L);
        assertThat(service.detections()).extracting(Detections::getSequence).containsExactly(20L);
    }

    @Test
    void shouldMakeABrokenAccessUnitADeadLetterAndAwaitTheNextIdrFrame() {
        byte[] whole = H264Log.accessUnits().get(13);
        log.get(13).image(Arrays.copyOf(whole, whole.length / 2));
        log.forEach(service::pipe);

        assertThat(service.deadLetters())
                .singleElement()
                .extracting(DeadLetter::getReason)
                .isEqualTo(DeadLetterReason.UNDECODABLE);
        assertThat(awaiting(service.skipped())).containsExactly(14L, 15L, 16L, 17L, 18L, 19L);
    }

    @Test
    void shouldNotBeDisturbedByDuplicatesAndLateFrames() {
        for (FrameFixture frame : log) {
            service.pipe(frame).pipe(frame);
        }
        service.pipe(log.get(3));

        assertThat(service.detections()).hasSize(16);
        assertThat(service.skipped())
                .filteredOn(skipped -> skipped.getReason() == SkipReason.DUPLICATE)
                .hasSize(41);
        assertThat(awaiting(service.skipped())).isEmpty();
    }

    @Test
    void shouldAwaitAnIdrFrameInANewEpoch() {
        service.pipe(log.get(10)).pipe(log.get(11)).pipe(log.get(12).epoch(2));

        assertThat(awaiting(service.skipped())).containsExactly(12L);
    }

    @Test
    void shouldDecodeNoMoreOfAGroupThanIsKept() {
        try (ServiceUnderTest limited = ServiceUnderTest.with("frames.max-group = 5")) {
            log.subList(0, 20).forEach(limited::pipe);

            assertThat(awaiting(limited.skipped()))
                    .containsExactlyElementsOf(LongStream.of(5, 6, 7, 8, 9, 15, 16, 17, 18, 19)
                            .boxed()
                            .toList());
        }
    }

    @Test
    void shouldKeepNoMoreThanTheGroupOfACamera() {
        log.subList(0, 27).forEach(service::pipe);
        assertThat(service.storeSize(StoreNames.GROUP_FRAMES)).isEqualTo(7);

        service.pipe(FrameFixture.frame(27, 27 * 40).grey(10));
        assertThat(service.storeSize(StoreNames.GROUP_FRAMES)).isZero();
    }

    @Test
    void shouldForgetTheGroupOfASilentCamera() {
        log.subList(0, 7).forEach(service::pipe);
        service.wait(Duration.ofMinutes(6));

        assertThat(service.storeSize(StoreNames.GROUP_FRAMES)).isZero();
        service.pipe(log.get(7));
        assertThat(awaiting(service.skipped())).containsExactly(7L);
    }

    @Test
    void shouldEndEveryFrameAsExactlyOneOutcomeWhateverItsBytesAre() {
        Random random = new Random(3);
        int piped = 0;
        for (int epoch = 1; epoch <= 50; epoch++) {
            for (FrameFixture frame : H264Log.frames()) {
                byte[] image = frame.build().getImage().array().clone();
                if (random.nextInt(10) == 0) {
                    image[random.nextInt(image.length)] ^= (byte) (1 << random.nextInt(8));
                }
                service.pipe(frame.epoch(epoch)
                        .at(epoch * 2000L + frame.stamp().sequence() * 40)
                        .image(image));
                piped++;
            }
        }

        List<Skipped> skipped = service.skipped();
        List<DeadLetter> deadLetters = service.deadLetters();
        assertThat(service.detections().size() + skipped.size() + deadLetters.size())
                .isEqualTo(piped);
        assertThat(awaiting(skipped)).isNotEmpty();
        assertThat(deadLetters).isNotEmpty();
    }

    private static List<Long> awaiting(List<Skipped> skipped) {
        return skipped.stream()
                .filter(frame -> frame.getReason() == SkipReason.AWAITING_IDR)
                .map(Skipped::getSequence)
                .toList();
    }

    /** The last box stands for the key frame, and is as wide as that is bright. */
    private static int levelSeen(Detections detections) {
        Box last = detections.getBoxes().get(detections.getBoxes().size() - 1);
        return Math.round(last.getW() * 255 / detections.getWidth());
    }
}
