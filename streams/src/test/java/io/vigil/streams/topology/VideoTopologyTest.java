package io.vigil.streams.topology;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import io.vigil.schema.StageTiming;
import io.vigil.streams.admission.AdmissionProcessor;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.LogLines;
import io.vigil.streams.testing.ResultReading;
import io.vigil.streams.testing.ServiceUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VideoTopologyTest {

    private final ServiceUnderTest service = ServiceUnderTest.with("");

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void shouldPublishWhatTheDetectorFound() {
        Detections detections =
                service.pipe(frame(7, 40).epoch(3).grey(51)).detections().get(0);

        assertThat(detections.getCameraId()).isEqualTo("north");
        assertThat(detections.getEpoch()).isEqualTo(3);
        assertThat(detections.getSequence()).isEqualTo(7);
        assertThat(detections.getCaptureTime()).isEqualTo(FrameFixture.START.plusMillis(40));
        assertThat(detections.getWidth()).isEqualTo(64);
        assertThat(detections.getHeight()).isEqualTo(48);
        assertThat(detections.getModelName()).isEqualTo("tra-test");
        assertThat(detections.getModelVersion()).isEqualTo("1.0.0");
        assertThat(detections.getSupportSequences()).isEmpty();
        assertThat(detections.getBoxes()).containsExactly(new Box("object", 0.9f, 0f, 0f, 64 * 51 / 255f, 48f, null));
        assertThat(detections.getTimings())
                .extracting(StageTiming::getStage)
                .containsExactly("decode", "resize", "frame", "support", "detect");
    }

    @Test
    void shouldPublishAnEmptyListWhenNothingWasFound() {
        try (ServiceUnderTest picky = ServiceUnderTest.with("detection.score-threshold = 1")) {
            assertThat(picky.pipe(frame(0, 0)).detections())
                    .singleElement()
                    .satisfies(detections -> assertThat(detections.getBoxes()).isEmpty());
        }
    }

    @Test
    void shouldShowTheModelTheSupportFramesOldestFirstAndTheKeyFrameLast() {
        service.pipe(frame(0, 0).grey(10))
                .pipe(frame(1, 500).grey(20))
                .pipe(frame(2, 1000).grey(30))
                .pipe(frame(3, 2000).grey(40))
                .pipe(frame(4, 2500).grey(50));

        Detections last = service.detections().get(4);

        assertThat(last.getSupportSequences()).containsExactly(0L, 2L, 3L);
        assertThat(levels(last)).containsExactly(10, 30, 40, 50);
    }

    @Test
    void shouldSkipFramesBeyondTheRateDuplicatesAndLateFrames() {
        service.pipe(frame(0, 0))
                .pipe(frame(1, 50))
                .pipe(frame(3, 150))
                .pipe(frame(3, 150))
                .pipe(frame(2, 100));

        assertThat(service.detections()).extracting(Detections::getSequence).containsExactly(0L, 3L);
        assertThat(service.skipped())
                .containsExactly(
                        skipped(1, 50, SkipReason.RATE_LIMITED),
                        skipped(3, 150, SkipReason.DUPLICATE),
                        skipped(2, 100, SkipReason.LATE));
        assertThat(service.deadLetters()).isEmpty();
    }

    @Test
    void shouldNotDecodeWhatItSkips() {
        byte[] broken = frame(1, 50).build().getImage().array().clone();
        broken[broken.length / 2] ^= 0x55;

        service.pipe(frame(0, 0)).pipe(frame(1, 50).image(broken));

        assertThat(service.skipped()).containsExactly(skipped(1, 50, SkipReason.RATE_LIMITED));
        assertThat(service.deadLetters()).isEmpty();
    }

    @Test
    void shouldStartANewWindowWithANewEpochAndCallTheOldOneLate() {
        service.pipe(frame(0, 0).epoch(1).grey(10))
                .pipe(frame(0, 100).epoch(2).grey(20))
                .pipe(frame(1, 200).epoch(1).grey(30))
                .pipe(frame(1, 300).epoch(2).grey(40));

        List<Detections> detections = service.detections();

        assertThat(detections).hasSize(3);
        assertThat(levels(detections.get(1))).containsExactly(20);
        assertThat(levels(detections.get(2))).containsExactly(20, 40);
        assertThat(service.skipped()).extracting(Skipped::getReason).containsExactly(SkipReason.LATE);
    }

    /** The ingest's clock was ahead, and is right since it was started again. */
    @Test
    void shouldAnalyseAnOlderStreamOnceTheNewerOneHasBeenSilent() {
        service.pipe(frame(0, 3_600_000).epoch(2));
        for (int minute = 0; minute < 5; minute++) {
            service.wait(Duration.ofMinutes(1))
                    .pipe(frame(minute, 60_000L * minute).epoch(1));
        }
        assertThat(service.detections()).extracting(Detections::getEpoch).containsExactly(2L);
        assertThat(service.skipped()).extracting(Skipped::getReason).hasSize(5).containsOnly(SkipReason.LATE);

        service.wait(Duration.ofMinutes(1))
                .pipe(frame(5, 300_000).epoch(1))
                .pipe(frame(6, 300_100).epoch(1));

        assertThat(service.detections()).extracting(Detections::getSequence).containsExactly(5L, 6L);
        assertThat(service.skipped()).isEmpty();
    }

    @Test
    void shouldSkipAnOlderStreamForAsLongAsTheNewerOneGoesOn() {
        for (int minute = 0; minute < 10; minute++) {
            service.pipe(frame(minute, 60_000L * minute).epoch(2))
                    .pipe(frame(minute, 60_000L * minute).epoch(1))
                    .wait(Duration.ofMinutes(1));
        }

        assertThat(service.detections())
                .extracting(Detections::getEpoch)
                .hasSize(10)
                .containsOnly(2L);
        assertThat(service.skipped()).hasSize(10);
    }

    @Test
    void shouldWarnOfAnOlderStreamWithBothEpochs() {
        try (LogLines log = LogLines.of(AdmissionProcessor.class)) {
            service.pipe(frame(0, 0).epoch(22))
                    .pipe(frame(1, 100).epoch(11))
                    .pipe(frame(2, 200).epoch(11))
                    .pipe(frame(0, 0).epoch(22));

            assertThat(log.messages())
                    .singleElement(InstanceOfAssertFactories.STRING)
                    .contains("camera north", "epoch 11", "epoch 22", "clock", "two ingests", "300 s");
        }
    }

    @Test
    void shouldStartANewWindowWhenThePictureSizeChanges() {
        service.pipe(frame(0, 0).grey(10))
                .pipe(frame(1, 100).size(48, 64).grey(20))
                .pipe(frame(2, 200).size(48, 64).grey(30));

        List<Detections> detections = service.detections();

        assertThat(levels(detections.get(1))).containsExactly(20);
        assertThat(levels(detections.get(2))).containsExactly(20, 30);
    }

    @Test
    void shouldKeepCamerasApart() {
        service.pipe(frame(0, 0).camera("north").grey(10))
                .pipe(frame(0, 3_600_000L * 24 * 365 * 50).camera("future").grey(20))
                .pipe(frame(0, -3_600_000L * 24 * 365 * 50).camera("past").grey(30))
                .pipe(frame(0, 0).camera("north2").grey(40))
                .pipe(frame(1, 100).camera("north").grey(50));

        List<Detections> detections = service.detections();

        assertThat(detections).hasSize(5);
        assertThat(levels(detections.get(4))).containsExactly(10, 50);
    }

    @Test
    void shouldNotCareAboutTheTimestampsOfRecords() {
        service.pipe(record(frame(0, 0), Long.MAX_VALUE / 2))
                .pipe(record(frame(1, 1000), 1))
                .pipe(record(frame(2, 2000), 0));

        assertThat(service.detections().get(2).getSupportSequences()).containsExactly(0L, 1L);
    }

    @Test
    void shouldNotPassHeadersOn() {
        TestRecord<byte[], byte[]> record = record(frame(0, 0), 1000);
        record.headers().add("large", new byte[1024 * 1024]);

        service.pipe(record);

        assertThat(service.detectionHeaders()).isEqualTo(new RecordHeaders());
    }

    @Test
    void shouldRecognizeClipsSampledByTime() {
        // T = 4 samples, one each 250 ms, a clip at the first sample of each second
        for (int i = 0; i < 25; i++) {
            service.pipe(frame(i, i * 100).grey(100 + i));
        }

        List<Actions> actions = service.actions();

        assertThat(actions).hasSize(2);
        assertThat(actions.get(0).getSequences()).containsExactly(3L, 5L, 8L, 10L);
        assertThat(actions.get(0).getStartTime()).isEqualTo(FrameFixture.START.plusMillis(300));
        assertThat(actions.get(0).getEndTime()).isEqualTo(FrameFixture.START.plusMillis(1000));
        assertThat(actions.get(0).getEpoch()).isEqualTo(1);
        assertThat(actions.get(0).getModelName()).isEqualTo("tam-test");
        assertThat(actions.get(1).getSequences()).containsExactly(13L, 15L, 18L, 20L);
        assertThat(ResultReading.differences(actions.get(0))).containsExactly(0, 2, 5, 7);
        assertThat(actions.get(0).getTimings())
                .extracting(StageTiming::getStage)
                .containsExactly("clip", "recognize");
    }

    @Test
    void shouldStartANewClipAfterALongPauseOrANewEpoch() {
        for (int i = 0; i < 4; i++) {
            service.pipe(frame(i, i * 250));
        }
        for (int i = 0; i < 4; i++) {
            service.pipe(frame(4 + i, 2000 + i * 250));
        }
        for (int i = 0; i < 4; i++) {
            service.pipe(frame(i, 3000 + i * 250).epoch(2));
        }
        assertThat(service.actions()).isEmpty();

        service.pipe(frame(4, 4000).epoch(2));

        assertThat(service.actions()).singleElement().satisfies(actions -> assertThat(actions.getSequences())
                .containsExactly(1L, 2L, 3L, 4L));
    }

    @Test
    void shouldGiveTheSameResultsForTheSameLog() {
        List<FrameFixture> log = IntStream.range(0, 60)
                .mapToObj(i ->
                        frame(i, i * 130).camera(i % 3 == 0 ? "north" : "south").grey(40 + i))
                .toList();
        log.forEach(service::pipe);

        try (ServiceUnderTest again = ServiceUnderTest.with("")) {
            log.forEach(again::pipe);

            assertThat(ResultReading.detectionsWithoutTimings(again.detections()))
                    .isEqualTo(ResultReading.detectionsWithoutTimings(service.detections()));
            assertThat(ResultReading.actionsWithoutTimings(again.actions()))
                    .isEqualTo(ResultReading.actionsWithoutTimings(service.actions()));
            assertThat(again.skipped()).isEqualTo(service.skipped());
        }
    }

    @Test
    void shouldGiveTheSameResultsWhenItIsRestartedBeforeEveryFrame() {
        List<FrameFixture> log = IntStream.range(0, 40)
                .mapToObj(i -> frame(i, i * 130).grey(40 + i))
                .toList();
        log.forEach(service::pipe);
        List<Detections> detections = service.detections();
        List<Actions> actions = service.actions();
        assertThat(detections.get(38).getSupportSequences()).hasSize(3);
        assertThat(actions).hasSizeGreaterThan(2);

        try (ServiceUnderTest restarted = ServiceUnderTest.with("")) {
            for (int i = 0; i < log.size(); i++) {
                restarted.restart().pipe(log.get(i));

                assertThat(ResultReading.detectionsWithoutTimings(restarted.detections()))
                        .isEqualTo(ResultReading.detectionsWithoutTimings(detections.subList(i, i + 1)));
                actions = actions.subList(expectNext(actions, restarted.actions()), actions.size());
            }
            assertThat(actions).isEmpty();
        }
    }

    @Test
    void shouldRememberAfterARestartWhatItHasSeen() {
        service.pipe(frame(0, 0)).restart().pipe(frame(0, 0)).pipe(frame(1, 50));

        assertThat(service.skipped())
                .extracting(Skipped::getReason)
                .containsExactly(SkipReason.DUPLICATE, SkipReason.RATE_LIMITED);
    }

    @Test
    void shouldForgetStoredFramesThatOtherSlotsHadChosen() {
        try (ServiceUnderTest otherwise =
                ServiceUnderTest.with("detection.slot = 500 ms, recognition.stride = 100 ms")) {
            service.pipe(frame(0, 0).grey(10)).pipe(frame(1, 1000).grey(20));

            otherwise
                    .takeStateFrom(service)
                    .pipe(frame(2, 1100).grey(30))
                    .pipe(frame(3, 1200).grey(40));

            assertThat(levels(otherwise.detections().get(1))).containsExactly(30, 40);
        }
    }

    @Test
    void shouldHoldNoMoreFramesThanTheWindowsNeed() {
        for (int i = 0; i < 100; i++) {
            service.pipe(frame(i, i * 100));
        }

        assertThat(service.storeSize(StoreNames.SUPPORT_FRAMES)).isEqualTo(3);
        assertThat(service.storeSize(StoreNames.CLIP_FRAMES)).isEqualTo(4);
        assertThat(service.storeSize(StoreNames.PROGRESS)).isEqualTo(1);
    }

    @Test
    void shouldForgetACameraThatFellSilent() {
        service.pipe(frame(0, 0).camera("north")).pipe(frame(0, 0).camera("south"));
        service.wait(Duration.ofMinutes(4)).pipe(frame(1, 100).camera("south"));
        assertThat(service.storeSize(StoreNames.PROGRESS)).isEqualTo(2);

        service.wait(Duration.ofMinutes(2));

        assertThat(service.storeSize(StoreNames.PROGRESS)).isEqualTo(1);
        assertThat(service.storeSize(StoreNames.SUPPORT_FRAMES)).isEqualTo(1);
        assertThat(service.storeSize(StoreNames.CLIP_FRAMES)).isEqualTo(1);
        service.pipe(frame(1, 100).camera("north"));
        assertThat(service.detections().get(3).getSupportSequences()).isEmpty();
    }

    @Test
    void shouldShedOldFramesOnlyWhenAskedTo() {
        service.wait(Duration.ofHours(1)).pipe(frame(0, 0));
        assertThat(service.detections()).hasSize(1);

        try (ServiceUnderTest live = ServiceUnderTest.with("admission.max-age = 1 s")) {
            live.pipe(frame(0, 0))
                    .wait(Duration.ofSeconds(2))
                    .pipe(frame(1, 900))
                    .pipe(frame(2, 1900));

            assertThat(live.skipped()).containsExactly(skipped(1, 900, SkipReason.OVERLOADED));
            assertThat(live.detections()).extracting(Detections::getSequence).containsExactly(0L, 2L);
        }
    }

    /** Checks that the new actions, at most one, are the next expected ones, and returns their number. */
    private static int expectNext(List<Actions> expected, List<Actions> found) {
        assertThat(ResultReading.actionsWithoutTimings(found))
                .isEqualTo(ResultReading.actionsWithoutTimings(expected.subList(0, found.size())));
        return found.size();
    }

    private static TestRecord<byte[], byte[]> record(FrameFixture frame, long timestamp) {
        byte[] key = frame.build().getCameraId().getBytes();
        return new TestRecord<>(key, frame.toBytes(), new RecordHeaders(), timestamp);
    }

    private static Skipped skipped(long sequence, long millis, SkipReason reason) {
        return new Skipped("north", 1L, sequence, FrameFixture.START.plusMillis(millis), reason);
    }

    /** The grey level of each frame that reached the detector, in the order in which they did. */
    private static List<Integer> levels(Detections detections) {
        return detections.getBoxes().stream()
                .map(Box::getW)
                .map(width -> Math.round(width * 255 / detections.getWidth()))
                .toList();
    }
}
