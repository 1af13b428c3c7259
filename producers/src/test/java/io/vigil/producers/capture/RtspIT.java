package io.vigil.producers.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.publish.FrameCounters;
import io.vigil.producers.testing.Cameras;
import io.vigil.producers.testing.Jpegs;
import io.vigil.producers.testing.RtspServer;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.h264.AccessUnit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RtspIT {

    private static final CaptureSettings SETTINGS = new CaptureSettings(
            Duration.ofSeconds(3), Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofSeconds(30));

    private static RtspServer server;

    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    private final List<Frame> captured = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startServer() throws Exception {
        server = RtspServer.open();
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    @Test
    void shouldResumeWithANewEpochWhenTheServerIsKilledAndStartedAgain() throws Exception {
        CameraCapture capture = start(Cameras.camera("yard", "rtsp://%s/h264".formatted(server.address())));
        await().atMost(Duration.ofSeconds(10)).until(() -> captured.size() > 25);

        server.kill();
        await().atMost(Duration.ofSeconds(10)).until(() -> capture.state() == CameraState.RECONNECTING);
        int before = captured.size();
        server.start();

        await().atMost(Duration.ofSeconds(10)).until(() -> captured.size() > before + 25);
        capture.stop();
        capture.awaitStopped(Duration.ofSeconds(5));
        Frame last = captured.get(before - 1);
        Frame first = captured.get(before);
        assertThat(first.getSequence()).isZero();
        assertThat(first.getEpoch()).isGreaterThan(last.getEpoch());
        assertThat(first.getCaptureTime()).isAfter(last.getCaptureTime());
        assertThat(captured.subList(before, captured.size()))
                .extracting(Frame::getEpoch)
                .containsOnly(first.getEpoch());
        assertThat(capture.counters().captured()).isEqualTo(captured.size());
    }

    @Test
    void shouldCaptureMjpegOverRtsp() {
        CameraCapture capture = start(Cameras.camera("yard", "rtsp://%s/jpeg".formatted(server.address())));

        await().atMost(Duration.ofSeconds(10)).until(() -> captured.size() > 5);
        capture.stop();

        assertThat(Jpegs.decode(captured.get(5).getImage().array()).getWidth())
                .isEqualTo(captured.get(5).getWidth())
                .isEqualTo(320);
    }

    @Test
    void shouldPassTheCamerasH264FromAnIdrFrameOn() {
        CameraCapture capture = start(Cameras.camera("yard", "rtsp://%s/h264".formatted(server.address()))
                .withEncoding(FrameEncoding.H264));

        await().atMost(Duration.ofSeconds(10)).until(() -> captured.size() > 60);
        capture.stop();

        assertThat(capture.width()).isEqualTo(320);
        assertThat(captured.subList(0, 60)).allSatisfy(frame -> {
            assertThat(frame.getEncoding()).isEqualTo(FrameEncoding.H264);
            AccessUnit unit = AccessUnit.read(frame.getImage());
            assertThat(unit.hasSlices()).isTrue();
            assertThat(unit.startsGroup()).isEqualTo(frame.getGroupStart().getSequence() == frame.getSequence());
        });
        assertThat(captured.subList(0, 60).stream()
                        .map(frame -> frame.getGroupStart().getSequence())
                        .distinct())
                .startsWith(0L, 25L, 50L);
    }

    @Test
    void shouldUseCredentialsAndHideThemWhenTheyAreRefused() throws Exception {
        try (RtspServer secured = RtspServer.secured("hunt@2")) {
            CameraCapture right =
                    start(Cameras.camera("yard", "rtsp://admin:hunt@2@%s/h264".formatted(secured.address())));
            await().atMost(Duration.ofSeconds(10)).until(() -> captured.size() > 5);
            right.stop();

            CameraCapture wrong =
                    start(Cameras.camera("gate", "rtsp://admin:mistaken@%s/h264".formatted(secured.address())));
            await().atMost(Duration.ofSeconds(10)).until(() -> wrong.problem() != null);
            assertThat(wrong.problem()).contains("401").doesNotContain("mistaken");
            wrong.stop();
        }
    }

    private CameraCapture start(CameraConfig camera) {
        CameraCapture capture = new CameraCapture(
                camera,
                FrameSources.standard(SETTINGS.stallTimeout()),
                captured::add,
                new FrameCounters(),
                Backpressure.none(),
                SETTINGS,
                scheduler,
                InstantSource.system());
        capture.start();
        scheduler.scheduleWithFixedDelay(capture::checkStall, 100, 100, TimeUnit.MILLISECONDS);
        return capture;
    }
}
