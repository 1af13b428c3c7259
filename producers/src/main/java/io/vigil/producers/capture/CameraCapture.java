package io.vigil.producers.capture;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.encode.EncodedPicture;
import io.vigil.producers.publish.FrameCounters;
import io.vigil.producers.publish.FrameSink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one camera captured: starts a {@link CaptureRun}, watches from outside how long it has been waiting for a
 * picture, gives it up when that is too long, and starts the next after a growing wait.
 *
 * <p>Every change of state happens under this object's lock, which is never held while a source or the network is
 * asked for anything. Thread-safe.
 */
public final class CameraCapture {

    private static final Logger log = LoggerFactory.getLogger(CameraCapture.class);
    /** So many threads of one camera may hang in FFmpeg; then no further one is risked until one comes back. */
    private static final int MAX_STUCK_THREADS = 8;

    private final CameraConfig camera;
    private final FrameSources sources;
    private final FrameSink sink;
    private final FrameCounters counters;
    private final Backpressure backpressure;
    private final CaptureSettings settings;
    private final ScheduledExecutorService scheduler;
    private final InstantSource clock;
    private final Backoff backoff;
    private final Heartbeat heartbeat = new Heartbeat();

    private CameraState state = CameraState.CONNECTING;
    private @Nullable CaptureRun run;
    private @Nullable String problem;
    private final List<Thread> abandoned = new ArrayList<>();
    private boolean everStarted;
    private long lastEpoch = Long.MIN_VALUE;
    private int width;
    private int height;

    /**
     * A camera that is not captured yet.
     *
     * @param sink takes its frames
     * @param counters of its frames; those of the sink
     * @param scheduler runs the restarts; shared by all cameras, never blocked by one
     */
    public CameraCapture(
            CameraConfig camera,
            FrameSources sources,
            FrameSink sink,
            FrameCounters counters,
            Backpressure backpressure,
            CaptureSettings settings,
            ScheduledExecutorService scheduler,
            InstantSource clock) {
        this.camera = camera;
        this.sources = sources;
        this.sink = sink;
        this.counters = counters;
        this.backpressure = backpressure;
        this.settings = settings;
        this.scheduler = scheduler;
        this.clock = clock;
        this.backoff = new Backoff(settings.firstRetry(), settings.maxRetry(), new Random());
    }

    /** Begins to capture. */
    public synchronized void start() {
        if (state.isOver()) {
            return;
        }
        abandoned.removeIf(thread -> !thread.isAlive());
        if (abandoned.size() >= MAX_STUCK_THREADS) {
            retryAfter(backoff.longest(), "%d threads hang in its source".formatted(abandoned.size()));
            return;
        }
        state = everStarted ? CameraState.RECONNECTING : CameraState.CONNECTING;
        everStarted = true;
        CaptureRun next = new CaptureRun(this, camera, sources, sink, counters, backpressure, clock);
        run = next;
        heartbeat.connecting();
        next.start();
    }

    /** Gives the current run up if it has been waiting for a picture too long; to be called now and then. */
    public synchronized void checkStall() {
        CaptureRun current = run;
        Duration awaited = heartbeat.awaited();
        if (current == null || awaited.compareTo(settings.stallTimeout()) < 0) {
            return;
        }
        giveUp(current);
        retryAfter(nextWait(), "no picture for %d ms".formatted(awaited.toMillis()));
        state = CameraState.STALLED;
    }

    /** Stops for good; what was captured already is still queued. */
    public synchronized void stop() {
        if (!state.isOver()) {
            state = CameraState.STOPPED;
        }
        CaptureRun current = run;
        if (current != null) {
            giveUp(current);
        }
    }

    /** Waits until no thread of this camera can add a frame; threads that hang in their source never can again. */
    public void awaitStopped(Duration limit) throws InterruptedException {
        List<Thread> threads;
        synchronized (this) {
            threads = List.copyOf(abandoned);
        }
        long end = System.nanoTime() + limit.toNanos();
        for (Thread thread : threads) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            thread.join(Math.max(1, left));
        }
    }

    public CameraConfig camera() {
        return camera;
    }

    public FrameCounters counters() {
        return counters;
    }

    public synchronized CameraState state() {
        return state;
    }

    /** Why the camera is not live, if it is not and there is a reason; free of credentials. */
    public synchronized @Nullable String problem() {
        return problem;
    }

    /** Time since the last picture came, milliseconds; empty before the first. */
    public synchronized OptionalLong lastFrameAgeMillis() {
        return heartbeat.ageMillis();
    }

    /** Width of the last encoded picture, pixels; 0 before the first. */
    public synchronized int width() {
        return width;
    }

    /** Height of the last encoded picture, pixels; 0 before the first. */
    public synchronized int height() {
        return height;
    }

    /** The epoch of a stream that begins now: microseconds since 1970-01-01 UTC, greater than every earlier one. */
    synchronized long beginEpoch() {
        lastEpoch = Math.max(lastEpoch + 1, StreamClock.microsOf(clock.instant()));
        return lastEpoch;
    }

    /** Notes that {@code caller} now waits for a picture; false if it is not the camera's run any more. */
    synchronized boolean aboutToGrab(CaptureRun caller) {
        if (caller != run) {
            return false;
        }
        heartbeat.awaiting();
        return true;
    }

    /** Notes that {@code caller} got a picture; false if it is not the camera's run any more and must not use it. */
    synchronized boolean grabbed(CaptureRun caller) {
        if (caller != run) {
            return false;
        }
        if (heartbeat.picture()) {
            state = CameraState.LIVE;
            problem = null;
            log.info("camera {}: live from {}", camera.id(), camera.source());
        }
        return true;
    }

    synchronized void encoded(EncodedPicture picture) {
        width = picture.width();
        height = picture.height();
    }

    /** The source of {@code caller} has no more pictures. */
    synchronized void ended(CaptureRun caller, boolean asExpected) {
        if (caller != run) {
            return;
        }
        if (asExpected) {
            run = null;
            state = CameraState.FINISHED;
            log.info("camera {}: {} has ended", camera.id(), camera.source());
        } else {
            broke(caller, new SourceException(SourceException.Kind.TEMPORARY, "the stream has ended"));
        }
    }

    /** The source of {@code caller} failed. */
    synchronized void broke(CaptureRun caller, SourceException failure) {
        if (caller != run) {
            return;
        }
        run = null;
        String reason = camera.source().mask(String.valueOf(failure.getMessage()));
        switch (failure.kind()) {
            case PERMANENT -> {
                state = CameraState.FAILED;
                problem = reason;
                log.error("camera {}: given up, {}: {}", camera.id(), camera.source(), reason);
            }
            case DENIED -> retryAfter(backoff.longest(), reason);
            case TEMPORARY -> retryAfter(nextWait(), reason);
        }
    }

    private void giveUp(CaptureRun current) {
        run = null;
        heartbeat.stopped();
        abandoned.add(current.thread());
        current.abandon();
    }

    private Duration nextWait() {
        if (heartbeat.lived().compareTo(settings.healthyAfter()) >= 0) {
            backoff.reset();
        }
        return backoff.next();
    }

    private void retryAfter(Duration wait, String reason) {
        state = CameraState.RECONNECTING;
        problem = reason;
        log.warn(
                "camera {}: {}: {}; attempt {} in {} ms",
                camera.id(),
                camera.source(),
                reason,
                backoff.failures(),
                wait.toMillis());
        scheduler.schedule(this::start, wait.toNanos(), TimeUnit.NANOSECONDS);
    }
}
