package io.vigil.producers.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.encode.Jpeg;
import io.vigil.producers.publish.DropReason;
import io.vigil.producers.publish.FrameCounters;
import io.vigil.producers.testing.Cameras;
import io.vigil.producers.testing.Jpegs;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CameraCaptureTest {

    private static final CaptureSettings SETTINGS = new CaptureSettings(
            Duration.ofMillis(500), Duration.ofMillis(20), Duration.ofMillis(400), Duration.ofMinutes(1));

    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    private final List<Frame> captured = new CopyOnWriteArrayList<>();
    private final FrameCounters counters = new FrameCounters();
    private final Queue<FakeSource> sources = new ArrayDeque<>();
    private final CameraConfig camera = Cameras.camera("yard", "rtsp://admin:hunter2@cam.local/s1");

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    @Test
    void shouldBeginANewEpochWhenTheStreamBrokeAndCameBack() {
        sources.add(new FakeSource().pictures(3).thenFail(SourceException.Kind.TEMPORARY));
        sources.add(new FakeSource().failToOpen());
        sources.add(new FakeSource().pictures(2).thenWait());
        CameraCapture capture = start(camera);

        await().until(() -> captured.size() == 5);

        assertThat(captured).extracting(Frame::getSequence).containsExactly(0L, 1L, 2L, 0L, 1L);
        assertThat(captured.get(3).getEpoch()).isGreaterThan(captured.get(0).getEpoch());
        assertThat(captured.get(2).getEpoch()).isEqualTo(captured.get(0).getEpoch());
        assertThat(capture.state()).isEqualTo(CameraState.LIVE);
        assertThat(capture.problem()).isNull();
        capture.stop();
    }

    @Test
    void shouldBeginANewEpochWhenTheClockWasSetBack() {
        Instant start = Instant.parse("2026-01-01T12:00:00Z");
        AtomicReference<Instant> now = new AtomicReference<>(start);
        sources.add(new FakeSource()
                .pictures(1)
                .thenDo(() -> now.set(start.minusSeconds(3_600)))
                .thenHang());
        sources.add(new FakeSource().pictures(2).thenWait());
        CameraCapture capture = start(camera, SETTINGS, Backpressure.none(), now::get);

        await().until(() -> captured.size() == 3);

        assertThat(captured.get(1).getEpoch()).isGreaterThan(captured.get(0).getEpoch());
        assertThat(captured.get(1).getCaptureTime()).isEqualTo(start.minusSeconds(3_600));
        assertThat(captured.get(2).getEpoch()).isEqualTo(captured.get(1).getEpoch());
        capture.stop();
    }

    @Test
    void shouldGiveUpAGrabThatHangsAndIgnoreWhatItBringsLater() throws Exception {
        FakeSource hanging = new FakeSource().pictures(1).thenHang();
        sources.add(hanging);
        sources.add(new FakeSource().pictures(1).thenWait());
        CameraCapture capture = start(camera);
        await().until(() -> captured.size() == 1);

        await().atMost(Duration.ofSeconds(5)).until(() -> captured.size() == 2);
        assertThat(hanging.interrupted.await(1, TimeUnit.SECONDS)).isTrue();
        hanging.release.countDown();

        await().until(() -> hanging.closed);
        assertThat(captured).hasSize(2);
        assertThat(captured.get(1).getEpoch()).isGreaterThan(captured.get(0).getEpoch());
        assertThat(counters.captured()).isEqualTo(2);
        capture.stop();
    }

    @Test
    void shouldShowThatItStalledAndWhy() {
        sources.add(new FakeSource().pictures(1).thenHang());
        CameraCapture capture = start(
                camera,
                new CaptureSettings(
                        Duration.ofMillis(500), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1)));

        await().until(() -> capture.state() == CameraState.STALLED);

        assertThat(capture.problem()).startsWith("no picture for");
        assertThat(capture.lastFrameAgeMillis().orElseThrow()).isGreaterThanOrEqualTo(500);
        capture.stop();
        assertThat(capture.state()).isEqualTo(CameraState.STOPPED);
    }

    @Test
    void shouldGiveUpASourceThatHangsWhileItOpens() {
        sources.add(new FakeSource().thenHang());
        sources.add(new FakeSource().pictures(1).thenWait());
        CameraCapture capture = start(camera);

        await().atMost(Duration.ofSeconds(5)).until(() -> captured.size() == 1);
        capture.stop();
    }

    @Test
    void shouldNotTakeWaitingForOthersForAStall() throws Exception {
        CameraConfig file = Cameras.camera("yard", "yard.mp4").withPacing(Pacing.UNPACED);
        sources.add(new FakeSource().pictures(2).thenEnd());
        Semaphore turns = new Semaphore(1);
        CameraCapture capture = start(file, SETTINGS, id -> turns.acquire());
        await().until(() -> captured.size() == 1);

        TimeUnit.MILLISECONDS.sleep(2 * SETTINGS.stallTimeout().toMillis());

        assertThat(captured).hasSize(1);
        assertThat(capture.state()).isEqualTo(CameraState.LIVE);
        turns.release();
        await().until(() -> capture.state() == CameraState.FINISHED);
        assertThat(captured).extracting(Frame::getSequence).containsExactly(0L, 1L);
    }

    @Test
    void shouldStopForGoodWhenNoAttemptCanHelp() {
        sources.add(new FakeSource().thenFail(SourceException.Kind.PERMANENT));
        CameraCapture capture = start(camera);

        await().until(() -> capture.state() == CameraState.FAILED);

        assertThat(capture.problem()).isEqualTo("told rtsp://***@cam.local/s1");
    }

    @Test
    void shouldWaitLongAfterRefusedCredentials() {
        sources.add(new FakeSource().thenFail(SourceException.Kind.DENIED));
        sources.add(new FakeSource().pictures(1).thenWait());
        long start = System.nanoTime();
        CameraCapture capture = start(camera);

        await().until(() -> captured.size() == 1);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(300));
        capture.stop();
    }

    @Test
    void shouldTakeTheEndOfALiveStreamForAFailure() {
        sources.add(new FakeSource().pictures(1).endless().thenEnd());
        sources.add(new FakeSource().pictures(1).endless().thenWait());
        CameraCapture capture = start(camera);

        await().until(() -> captured.size() == 2);
        capture.stop();
    }

    @Test
    void shouldComeBackAfterAnUnexpectedException() {
        sources.add(new FakeSource().pictures(1).thenThrow());
        sources.add(new FakeSource().pictures(1).thenWait());
        CameraCapture capture = start(camera);

        await().until(() -> captured.size() == 2);
        capture.stop();
    }

    @Test
    void shouldCountPicturesThatCannotBecomeFrames() {
        sources.add(new FakeSource()
                .picture(new byte[Topics.MAX_FRAME_BYTES + 1])
                .unencodable()
                .pictures(1)
                .thenEnd());
        CameraCapture capture = start(camera);

        await().until(() -> capture.state() == CameraState.FINISHED);

        assertThat(counters.dropped())
                .containsEntry(DropReason.TOO_LARGE, 1L)
                .containsEntry(DropReason.ENCODE_FAILED, 1L);
        assertThat(counters.captured()).isEqualTo(3);
        assertThat(captured).extracting(Frame::getSequence).containsExactly(2L);
    }

    @Test
    void shouldEncodeAPictureThatIsTooLargeForTheTopicOnceMore() {
        byte[] large = Jpegs.noise(2_400, 2_000, 95);
        assertThat(large).hasSizeGreaterThan(Topics.MAX_FRAME_BYTES);
        sources.add(new FakeSource().picture(large).thenEnd());

        CameraCapture capture = start(camera);
        await().until(() -> capture.state() == CameraState.FINISHED);

        assertThat(captured).hasSize(1);
        assertThat(captured.get(0).getImage().remaining()).isLessThan(Topics.MAX_FRAME_BYTES);
        assertThat(captured.get(0).getWidth()).isEqualTo(2_400);
    }

    private CameraCapture start(CameraConfig config) {
        return start(config, SETTINGS);
    }

    private CameraCapture start(CameraConfig config, CaptureSettings settings) {
        return start(config, settings, Backpressure.none());
    }

    private CameraCapture start(CameraConfig config, CaptureSettings settings, Backpressure backpressure) {
        return start(config, settings, backpressure, InstantSource.system());
    }

    private CameraCapture start(
            CameraConfig config, CaptureSettings settings, Backpressure backpressure, InstantSource clock) {
        CameraCapture capture = new CameraCapture(
                config, unused -> sources.remove(), captured::add, counters, backpressure, settings, scheduler, clock);
        capture.start();
        scheduler.scheduleWithFixedDelay(capture::checkStall, 20, 20, TimeUnit.MILLISECONDS);
        return capture;
    }

    /** A source that does what it is told, one step per call of {@code next}. */
    private static final class FakeSource implements FrameSource {

        private final Queue<Step> steps = new ArrayDeque<>();
        private final CountDownLatch release = new CountDownLatch(1);
        private final CountDownLatch interrupted = new CountDownLatch(1);
        private boolean failToOpen;
        private boolean hasEnd = true;
        private volatile boolean closed;
        private long time;

        FakeSource pictures(int count) {
            for (int i = 0; i < count; i++) {
                picture(new byte[10]);
            }
            return this;
        }

        FakeSource picture(byte[] bytes) {
            steps.add(() -> drawn(stamp -> new Jpeg(4, 2, bytes)));
            return this;
        }

        /** With the next picture. */
        FakeSource thenDo(Runnable action) {
            steps.add(() -> {
                action.run();
                return drawn(stamp -> new Jpeg(4, 2, new byte[10]));
            });
            return this;
        }

        FakeSource unencodable() {
            steps.add(() -> drawn(stamp -> {
                throw new IllegalStateException("told to");
            }));
            return this;
        }

        FakeSource failToOpen() {
            failToOpen = true;
            return this;
        }

        FakeSource endless() {
            hasEnd = false;
            return this;
        }

        FakeSource thenEnd() {
            steps.add(() -> null);
            return this;
        }

        FakeSource thenThrow() {
            steps.add(() -> {
                throw new IllegalStateException("told to");
            });
            return this;
        }

        FakeSource thenFail(SourceException.Kind kind) {
            steps.add(() -> {
                throw new SourceException(kind, "told rtsp://admin:hunter2@cam.local/s1");
            });
            return this;
        }

        /** Hangs like native code: deaf to interrupts until released, and then gives one more picture. */
        FakeSource thenHang() {
            steps.add(() -> {
                boolean done = false;
                while (!done) {
                    try {
                        release.await();
                        done = true;
                    } catch (InterruptedException e) {
                        // native code does not care
                    }
                }
                return drawn(stamp -> new Jpeg(4, 2, new byte[10]));
            });
            return this;
        }

        /** Waits like a healthy source, until interrupted. */
        FakeSource thenWait() {
            steps.add(() -> {
                try {
                    interrupted.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new SourceException(SourceException.Kind.TEMPORARY, "interrupted");
            });
            return this;
        }

        @Override
        public void open() throws SourceException {
            if (failToOpen) {
                throw new SourceException(SourceException.Kind.TEMPORARY, "told to");
            }
        }

        @Override
        public Picture next() throws SourceException {
            return steps.remove().take();
        }

        @Override
        public boolean hasEnd() {
            return hasEnd;
        }

        @Override
        public boolean needsPacing() {
            return false;
        }

        @Override
        public void interrupt() {
            interrupted.countDown();
        }

        @Override
        public void close() {
            closed = true;
        }

        private Picture drawn(Function<FrameStamp, Jpeg> drawing) {
            long mediaTime = time;
            time += 40_000;
            return new Picture() {
                @Override
                public long mediaTimeMicros() {
                    return mediaTime;
                }

                @Override
                public Jpeg encode(FrameStamp stamp, int quality) {
                    return drawing.apply(stamp);
                }
            };
        }

        private interface Step {
            Picture take() throws SourceException;
        }
    }
}
