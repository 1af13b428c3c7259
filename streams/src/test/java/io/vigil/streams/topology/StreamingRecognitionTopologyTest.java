package io.vigil.streams.topology;

import static io.vigil.streams.testing.FrameFixture.frame;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.vigil.schema.Actions;
import io.vigil.schema.StageTiming;
import io.vigil.streams.clip.RecognitionProcessor;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.LogLines;
import io.vigil.streams.testing.ResultReading;
import io.vigil.streams.testing.ServiceUnderTest;
import io.vigil.streams.testing.TestPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a package that steps from frame to frame: it tells the frames 5, 2, 1 and 0 before the last, so it reaches 6 frames back. */
class StreamingRecognitionTopologyTest {

    private static final String STREAMING =
            "recognition.package = \"%s\"".formatted(TestPackages.STREAMING_RECOGNITION);

    private final ServiceUnderTest service = ServiceUnderTest.with(STREAMING);

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void shouldTellAtEachHopWhatWasSeenUpToItsFirstSample() {
        // T = 4 samples, one each 250 ms, a clip at the first sample of each second
        log(13).forEach(service::pipe);

        List<Actions> actions = service.actions();

        assertThat(actions)
                .extracting(Actions::getSequences)
                .containsExactly(List.of(1L, 2L, 3L, 4L), List.of(5L, 6L, 7L, 8L), List.of(9L, 10L, 11L, 12L));
        assertThat(actions.get(0).getModelName()).isEqualTo("tam-streaming-test");
        assertThat(actions.get(0).getTimings())
                .extracting(StageTiming::getStage)
                .containsExactly("recognize");
        assertThat(ResultReading.differences(actions.get(1))).containsExactly(0, 3, 4, 5);
    }

    @Test
    void shouldWarnOfASampleOnWhichTheModelFails(@TempDir Path directory) throws Exception {
        String failing = "recognition.package = \"%s\"".formatted(withStepThatFails(directory));
        try (LogLines log = LogLines.of(RecognitionProcessor.class);
                ServiceUnderTest broken = ServiceUnderTest.with(failing)) {
            log(2).forEach(broken::pipe);

            assertThat(log.messages())
                    .singleElement(STRING)
                    .startsWith("camera north, sample looked at again for the next clip: graph step failed");
            assertThat(broken.detections()).hasSize(2);
        }
    }

    @Test
    void shouldTakeACameraToHaveShownItsFirstFrameForEver() {
        log(5).forEach(service::pipe);

        // five frames before the last there is none
        assertThat(ResultReading.differences(service.actions().get(0))).containsExactly(0, 2, 3, 4);
    }

    @Test
    void shouldStartAnewAfterALongPause() {
        log(9).forEach(service::pipe);
        service.actions();

        for (int i = 0; i < 5; i++) {
            service.pipe(frame(20 + i, 8000 + i * 250).grey(60 + i));
        }

        assertThat(service.actions()).singleElement().satisfies(actions -> assertThat(
                        ResultReading.differences(actions))
                .containsExactly(0, 2, 3, 4));
    }

    @Test
    void shouldKeepCamerasApart() {
        for (int i = 0; i < 9; i++) {
            service.pipe(frame(i, i * 250).camera("north").grey(40 + i));
            service.pipe(frame(i, i * 250).camera("south").grey(140 + 2 * i));
        }

        List<Actions> last = service.actions().subList(2, 4);

        assertThat(last).extracting(Actions::getCameraId).containsExactly("north", "south");
        assertThat(ResultReading.differences(last.get(0))).containsExactly(0, 3, 4, 5);
        assertThat(ResultReading.differences(last.get(1))).containsExactly(0, 6, 8, 10);
    }

    @Test
    void shouldKeepAsManyFramesAsTheRecognizerReachesBack() {
        log(20).forEach(service::pipe);

        assertThat(service.storeSize(StoreNames.CLIP_FRAMES)).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7})
    void shouldGiveTheSameResultsWhenItIsRestartedAgainAndAgain(int framesBetweenRestarts) {
        List<FrameFixture> log = log(40);
        log.forEach(service::pipe);
        List<Actions> uninterrupted = ResultReading.actionsWithoutTimings(service.actions());
        assertThat(uninterrupted).hasSizeGreaterThan(5);

        try (ServiceUnderTest restarted = ServiceUnderTest.with(STREAMING)) {
            List<Actions> actions = new ArrayList<>();
            for (int i = 0; i < log.size(); i++) {
                if (i % framesBetweenRestarts == 0) {
                    restarted.restart();
                }
                restarted.pipe(log.get(i));
                actions.addAll(restarted.actions());
            }
            assertThat(ResultReading.actionsWithoutTimings(actions)).isEqualTo(uninterrupted);
        }
    }

    /** Its graph {@code step} gathers what is not there. */
    private static Path withStepThatFails(Path directory) throws IOException {
        TestPackages.copy(TestPackages.STREAMING_RECOGNITION, directory);
        Path step = directory.resolve("step.onnx");
        byte[] sound = Files.readAllBytes(step);
        byte[] failing = new String(sound, ISO_8859_1)
                .replace("laterJ(\u0001", "laterJ(\u0063")
                .getBytes(ISO_8859_1);
        Files.write(step, failing);
        Path manifest = directory.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace(sha256(sound), sha256(failing)));
        return directory;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A sample every 250 ms, each brighter by one grey level. */
    private static List<FrameFixture> log(int frames) {
        return IntStream.range(0, frames)
                .mapToObj(i -> frame(i, i * 250).grey(40 + i))
                .toList();
    }
}
